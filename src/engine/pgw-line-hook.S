/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mm_line: called where a line of the core's source begins (mm/line-hooks).
 *
 * Counts pgw_lines_left down and calls pgw_line_reached (pc, frame) when it
 * comes to zero. It stands in the middle of compiled code that does not expect
 * a call, so it leaves every register and the flags as they were. The core is
 * compiled with -mno-red-zone.
 */
#if defined(__x86_64__)
	.text
	.globl	mm_line
	.hidden	mm_line
	.type	mm_line, @function
mm_line:
	pushq	%rcx
	pushq	%rax
	movq	pgw_lines_left@gottpoff(%rip), %rax
	movq	%fs:(%rax), %rcx
	leaq	-1(%rcx), %rcx
	movq	%rcx, %fs:(%rax)
	jrcxz	1f
	popq	%rax
	popq	%rcx
	ret
1:
	pushfq
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	movq	88(%rsp), %rdi		/* where the hook returns to */
	movq	%rbp, %rsi		/* frame of the function it stands in */
	movq	%rsp, %rbx
	andq	$-16, %rsp
	cld
	call	pgw_line_reached
	movq	%rbx, %rsp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popfq
	popq	%rax
	popq	%rcx
	ret
	.size	mm_line, . - mm_line
#endif
	.section .note.GNU-stack, "", @progbits
