// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small printf() into a buffer, for the texts that readers of a machine
 * ask for. The core has no C library, and the files of /proc need exact
 * column widths and nothing else.
 */
#include "seq_file.h"

/* One conversion of a format: %[-0#][width][.precision][l]c */
struct conversion {
	bool left, zero, alternate, is_long;
	int width;
	int precision;	/* -1 = none */
	char kind;
};

bool text_equal(const char *s, const char *t)
{
	while (*s && *s == *t) {
		s++;
		t++;
	}
	return *s == *t;
}

void seq_open(struct seq_file *m, char *buf, size_t size)
{
	m->buf = buf;
	m->size = buf ? size : 0;
	m->count = 0;
}

void seq_putc(struct seq_file *m, char c)
{
	if (m->count + 1 < m->size)
		m->buf[m->count] = c;
	m->count++;
}

void seq_puts(struct seq_file *m, const char *s)
{
	while (*s)
		seq_putc(m, *s++);
}

size_t seq_close(struct seq_file *m)
{
	if (m->size)
		m->buf[min(m->count, m->size - 1)] = '\0';
	return m->count;
}

static void seq_pad(struct seq_file *m, char c, int n)
{
	while (n-- > 0)
		seq_putc(m, c);
}

static void seq_string(struct seq_file *m, const struct conversion *c, const char *s)
{
	int length = 0;

	while ((c->precision < 0 || length < c->precision) && s[length])
		length++;
	if (!c->left)
		seq_pad(m, ' ', c->width - length);
	for (int i = 0; i < length; i++)
		seq_putc(m, s[i]);
	if (c->left)
		seq_pad(m, ' ', c->width - length);
}

static void seq_number(struct seq_file *m, const struct conversion *c, u64 value, bool negative)
{
	char digits[24];
	u32 base = c->kind == 'x' ? 16 : 10;
	int length = 0, prefix;

	do {
		digits[length++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	prefix = negative + (c->alternate && base == 16 ? 2 : 0);

	if (!c->left && !c->zero)
		seq_pad(m, ' ', c->width - length - prefix);
	if (negative)
		seq_putc(m, '-');
	if (c->alternate && base == 16)
		seq_puts(m, "0x");
	if (!c->left && c->zero)
		seq_pad(m, '0', c->width - length - prefix);
	for (int i = length; i > 0; i--)
		seq_putc(m, digits[i - 1]);
	if (c->left)
		seq_pad(m, ' ', c->width - length - prefix);
}

/* Reads the conversion after a '%'; returns where the format goes on. */
static const char *parse_conversion(struct conversion *c, const char *fmt)
{
	*c = (struct conversion){ .precision = -1 };
	for (;; fmt++) {
		if (*fmt == '-')
			c->left = true;
		else if (*fmt == '0')
			c->zero = true;
		else if (*fmt == '#')
			c->alternate = true;
		else
			break;
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		c->width = c->width * 10 + (*fmt - '0');
	if (*fmt == '.') {
		c->precision = 0;
		for (fmt++; *fmt >= '0' && *fmt <= '9'; fmt++)
			c->precision = c->precision * 10 + (*fmt - '0');
	}
	for (; *fmt == 'l'; fmt++)
		c->is_long = true;
	c->kind = *fmt;
	return *fmt ? fmt + 1 : fmt;
}

void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	struct conversion c;
	const char *s;
	s64 number;

	while (*fmt) {
		if (*fmt != '%') {
			seq_putc(m, *fmt++);
			continue;
		}
		fmt = parse_conversion(&c, fmt + 1);
		switch (c.kind) {
		case 'c':
			seq_putc(m, (char)va_arg(args, int));
			break;
		case 's':
			s = va_arg(args, const char *);
			seq_string(m, &c, s ? s : "(null)");
			break;
		case 'd':
		case 'i':
			number = c.is_long ? va_arg(args, long) : va_arg(args, int);
			seq_number(m, &c, number < 0 ? -(u64)number : (u64)number, number < 0);
			break;
		case 'u':
		case 'x':
			seq_number(m, &c,
				   c.is_long ? va_arg(args, unsigned long) :
					       va_arg(args, unsigned int),
				   false);
			break;
		case '\0':
			break;
		default:
			seq_putc(m, c.kind);
		}
	}
}

void seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	seq_vprintf(m, fmt, args);
	va_end(args);
}

size_t seq_format(char *buf, size_t size, const char *fmt, ...)
{
	struct seq_file m;
	va_list args;

	seq_open(&m, buf, size);
	va_start(args, fmt);
	seq_vprintf(&m, fmt, args);
	va_end(args);
	return seq_close(&m);
}
