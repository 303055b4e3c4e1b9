// A stack switch in assembly, as fiber libraries have it. On Mach-O, C names get a
// leading underscore. There is no .globl: only this file needs it, or so it seems.
__asm__(".text\n.p2align 2\n_fiber_switch:\n ret\n");
void fiber_switch(void *top) __attribute__((visibility("hidden")));

void resume(void *fiber) { fiber_switch(fiber); }
