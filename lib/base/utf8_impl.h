/*
 * Inside of utf8.h: the way for processors that have AVX2.
 */
#ifndef SM_BASE_UTF8_IMPL_H
#define SM_BASE_UTF8_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define SM_UTF8_AVX2
/* Only where __builtin_cpu_supports("avx2"). */
bool sm_utf8_valid_avx2(const char *s, size_t len);
#endif

#endif
