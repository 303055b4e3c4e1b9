// providers.bin as it is, in read-only data: a generated array of its size would take a
// compiler minutes. Assemblers have taken .incbin for decades; C++26's #embed is for compilers
// without assembler statements.
#include "name/providers.h"

#if defined(__GNUC__)

#if defined(__APPLE__)
#define LDWHY_SECTION ".section __TEXT,__const\n"
#define LDWHY_END ".text\n"
#define LDWHY_NAME(name) "_" name
#elif defined(_WIN32)
#define LDWHY_SECTION ".section .rdata,\"dr\"\n"
#define LDWHY_END ".text\n"
#define LDWHY_NAME(name) name
#else
#define LDWHY_SECTION ".pushsection .rodata.ldwhy_providers,\"a\"\n"
#define LDWHY_END ".popsection\n"
#define LDWHY_NAME(name) name
#endif

__asm__(LDWHY_SECTION
        ".balign 8\n"
        ".globl " LDWHY_NAME("ldwhy_providers_begin") "\n"
        ".globl " LDWHY_NAME("ldwhy_providers_end") "\n"
        LDWHY_NAME("ldwhy_providers_begin") ":\n"
        ".incbin \"" LDWHY_PROVIDERS "\"\n"
        LDWHY_NAME("ldwhy_providers_end") ":\n"
        ".byte 0\n"
        LDWHY_END);

extern "C" const char ldwhy_providers_begin[], ldwhy_providers_end[];

namespace ldwhy {
Bytes provider_bytes() {
  return {ldwhy_providers_begin, static_cast<size_t>(ldwhy_providers_end - ldwhy_providers_begin)};
}
}  // namespace ldwhy

#else

namespace {
constexpr unsigned char bytes[] = {
#embed LDWHY_PROVIDERS
};
}  // namespace

namespace ldwhy {
Bytes provider_bytes() { return {reinterpret_cast<const char *>(bytes), sizeof bytes}; }
}  // namespace ldwhy

#endif
