#include "base/simd.h"

#include <stdlib.h>
#include <string.h>

bool
sm_simd(void)
{
	const char *simd = getenv("SM_SIMD");

	return !simd || strcmp(simd, "scalar") != 0;
}
