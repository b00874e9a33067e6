#include "text/entity.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

struct entity {
	const char *name;
	uint16_t c;
	bool old;	/* stands without ';' as well */
};

#define OLD(name, c) { name, c, true },
#define NEW(name, c) { name, c, false },

/* HTML 4, and of HTML 5 what is met in text; sorted as strcmp does. */
static const struct entity entities[] = {
	OLD("AElig", 0xC6) OLD("AMP", 0x26) OLD("Aacute", 0xC1)
	NEW("Abreve", 0x102) OLD("Acirc", 0xC2) OLD("Agrave", 0xC0)
	NEW("Alpha", 0x391) NEW("Amacr", 0x100) NEW("Aogon", 0x104)
	OLD("Aring", 0xC5) OLD("Atilde", 0xC3) OLD("Auml", 0xC4)
	NEW("Beta", 0x392) OLD("COPY", 0xA9) NEW("Cacute", 0x106)
	NEW("Ccaron", 0x10C) OLD("Ccedil", 0xC7) NEW("Chi", 0x3A7)
	NEW("Dagger", 0x2021) NEW("Dcaron", 0x10E) NEW("Delta", 0x394)
	NEW("Dstrok", 0x110) OLD("ETH", 0xD0) OLD("Eacute", 0xC9)
	NEW("Ecaron", 0x11A) OLD("Ecirc", 0xCA) OLD("Egrave", 0xC8)
	NEW("Emacr", 0x112) NEW("Eogon", 0x118) NEW("Epsilon", 0x395)
	NEW("Eta", 0x397) OLD("Euml", 0xCB) OLD("GT", 0x3E)
	NEW("Gamma", 0x393) NEW("Gbreve", 0x11E) NEW("Hat", 0x5E)
	OLD("Iacute", 0xCD) OLD("Icirc", 0xCE) NEW("Idot", 0x130)
	OLD("Igrave", 0xCC) NEW("Imacr", 0x12A) NEW("Iogon", 0x12E)
	NEW("Iota", 0x399) OLD("Iuml", 0xCF) NEW("Kappa", 0x39A)
	NEW("Kcedil", 0x136) OLD("LT", 0x3C) NEW("Lacute", 0x139)
	NEW("Lambda", 0x39B) NEW("Lcaron", 0x13D) NEW("Lcedil", 0x13B)
	NEW("Lstrok", 0x141) NEW("Mu", 0x39C) NEW("Nacute", 0x143)
	NEW("Ncaron", 0x147) NEW("Ncedil", 0x145) NEW("NewLine", 0xA)
	NEW("NoBreak", 0x2060) NEW("NonBreakingSpace", 0xA0)
	OLD("Ntilde", 0xD1) NEW("Nu", 0x39D) NEW("OElig", 0x152)
	OLD("Oacute", 0xD3) OLD("Ocirc", 0xD4) NEW("Odblac", 0x150)
	OLD("Ograve", 0xD2) NEW("Omacr", 0x14C) NEW("Omega", 0x3A9)
	NEW("Omicron", 0x39F) OLD("Oslash", 0xD8) OLD("Otilde", 0xD5)
	OLD("Ouml", 0xD6) NEW("Phi", 0x3A6) NEW("Pi", 0x3A0)
	NEW("Prime", 0x2033) NEW("Psi", 0x3A8) OLD("QUOT", 0x22)
	OLD("REG", 0xAE) NEW("Racute", 0x154) NEW("Rcaron", 0x158)
	NEW("Rcedil", 0x156) NEW("Rho", 0x3A1) NEW("Sacute", 0x15A)
	NEW("Scaron", 0x160) NEW("Scedil", 0x15E) NEW("Sigma", 0x3A3)
	OLD("THORN", 0xDE) NEW("TRADE", 0x2122) NEW("Tab", 0x9)
	NEW("Tau", 0x3A4) NEW("Tcaron", 0x164) NEW("Tcedil", 0x162)
	NEW("Theta", 0x398) OLD("Uacute", 0xDA) OLD("Ucirc", 0xDB)
	NEW("Udblac", 0x170) OLD("Ugrave", 0xD9) NEW("Umacr", 0x16A)
	NEW("Uogon", 0x172) NEW("Upsilon", 0x3A5) NEW("Uring", 0x16E)
	OLD("Uuml", 0xDC) NEW("Xi", 0x39E) OLD("Yacute", 0xDD)
	NEW("Yuml", 0x178) NEW("Zacute", 0x179) NEW("Zcaron", 0x17D)
	NEW("Zdot", 0x17B) NEW("ZeroWidthSpace", 0x200B) NEW("Zeta", 0x396)
	OLD("aacute", 0xE1) NEW("abreve", 0x103) OLD("acirc", 0xE2)
	OLD("acute", 0xB4) OLD("aelig", 0xE6) OLD("agrave", 0xE0)
	NEW("alefsym", 0x2135) NEW("alpha", 0x3B1) NEW("amacr", 0x101)
	OLD("amp", 0x26) NEW("and", 0x2227) NEW("ang", 0x2220)
	NEW("angst", 0xC5) NEW("aogon", 0x105) NEW("apos", 0x27)
	OLD("aring", 0xE5) NEW("ast", 0x2A) NEW("asymp", 0x2248)
	OLD("atilde", 0xE3) OLD("auml", 0xE4) NEW("bdquo", 0x201E)
	NEW("beta", 0x3B2) NEW("bigstar", 0x2605) NEW("blacksquare", 0x25AA)
	NEW("blank", 0x2423) NEW("block", 0x2588) OLD("brvbar", 0xA6)
	NEW("bsol", 0x5C) NEW("bull", 0x2022) NEW("cacute", 0x107)
	NEW("cap", 0x2229) NEW("caret", 0x2041) NEW("ccaron", 0x10D)
	OLD("ccedil", 0xE7) OLD("cedil", 0xB8) OLD("cent", 0xA2)
	NEW("check", 0x2713) NEW("checkmark", 0x2713) NEW("chi", 0x3C7)
	NEW("circ", 0x2C6) NEW("clubs", 0x2663) NEW("colon", 0x3A)
	NEW("comma", 0x2C) NEW("commat", 0x40) NEW("cong", 0x2245)
	OLD("copy", 0xA9) NEW("copysr", 0x2117) NEW("crarr", 0x21B5)
	NEW("cross", 0x2717) NEW("cup", 0x222A) OLD("curren", 0xA4)
	NEW("dArr", 0x21D3) NEW("dagger", 0x2020) NEW("darr", 0x2193)
	NEW("dash", 0x2010) NEW("dcaron", 0x10F) OLD("deg", 0xB0)
	NEW("delta", 0x3B4) NEW("diams", 0x2666) OLD("divide", 0xF7)
	NEW("dollar", 0x24) NEW("dstrok", 0x111) OLD("eacute", 0xE9)
	NEW("ecaron", 0x11B) OLD("ecirc", 0xEA) OLD("egrave", 0xE8)
	NEW("emacr", 0x113) NEW("empty", 0x2205) NEW("emsp", 0x2003)
	NEW("emsp13", 0x2004) NEW("emsp14", 0x2005) NEW("ensp", 0x2002)
	NEW("eogon", 0x119) NEW("epsilon", 0x3B5) NEW("equals", 0x3D)
	NEW("equiv", 0x2261) NEW("eta", 0x3B7) OLD("eth", 0xF0)
	OLD("euml", 0xEB) NEW("euro", 0x20AC) NEW("excl", 0x21)
	NEW("exist", 0x2203) NEW("female", 0x2640) NEW("ffilig", 0xFB03)
	NEW("fflig", 0xFB00) NEW("ffllig", 0xFB04) NEW("filig", 0xFB01)
	NEW("flat", 0x266D) NEW("fllig", 0xFB02) NEW("fnof", 0x192)
	NEW("forall", 0x2200) OLD("frac12", 0xBD) NEW("frac13", 0x2153)
	OLD("frac14", 0xBC) NEW("frac15", 0x2155) NEW("frac18", 0x215B)
	NEW("frac23", 0x2154) OLD("frac34", 0xBE) NEW("frac38", 0x215C)
	NEW("frac58", 0x215D) NEW("frac78", 0x215E) NEW("frasl", 0x2044)
	NEW("gamma", 0x3B3) NEW("gbreve", 0x11F) NEW("ge", 0x2265)
	NEW("grave", 0x60) OLD("gt", 0x3E) NEW("hArr", 0x21D4)
	NEW("hairsp", 0x200A) NEW("half", 0xBD) NEW("harr", 0x2194)
	NEW("hearts", 0x2665) NEW("hellip", 0x2026) NEW("horbar", 0x2015)
	NEW("hyphen", 0x2010) OLD("iacute", 0xED) OLD("icirc", 0xEE)
	OLD("iexcl", 0xA1) OLD("igrave", 0xEC) NEW("imacr", 0x12B)
	NEW("image", 0x2111) NEW("imath", 0x131) NEW("incare", 0x2105)
	NEW("infin", 0x221E) NEW("inodot", 0x131) NEW("int", 0x222B)
	NEW("iogon", 0x12F) NEW("iota", 0x3B9) OLD("iquest", 0xBF)
	NEW("isin", 0x2208) OLD("iuml", 0xEF) NEW("kappa", 0x3BA)
	NEW("kcedil", 0x137) NEW("kgreen", 0x138) NEW("lArr", 0x21D0)
	NEW("lacute", 0x13A) NEW("lambda", 0x3BB) NEW("lang", 0x2329)
	OLD("laquo", 0xAB) NEW("larr", 0x2190) NEW("lbrace", 0x7B)
	NEW("lbrack", 0x5B) NEW("lcaron", 0x13E) NEW("lcedil", 0x13C)
	NEW("lceil", 0x2308) NEW("lcub", 0x7B) NEW("ldquo", 0x201C)
	NEW("ldquor", 0x201E) NEW("le", 0x2264) NEW("leftarrow", 0x2190)
	NEW("lfloor", 0x230A) NEW("lowast", 0x2217) NEW("lowbar", 0x5F)
	NEW("loz", 0x25CA) NEW("lpar", 0x28) NEW("lrm", 0x200E)
	NEW("lsaquo", 0x2039) NEW("lsqb", 0x5B) NEW("lsquo", 0x2018)
	NEW("lsquor", 0x201A) NEW("lstrok", 0x142) OLD("lt", 0x3C)
	OLD("macr", 0xAF) NEW("male", 0x2642) NEW("mdash", 0x2014)
	OLD("micro", 0xB5) OLD("middot", 0xB7) NEW("minus", 0x2212)
	NEW("mldr", 0x2026) NEW("mu", 0x3BC) NEW("nabla", 0x2207)
	NEW("nacute", 0x144) NEW("natural", 0x266E) OLD("nbsp", 0xA0)
	NEW("ncaron", 0x148) NEW("ncedil", 0x146) NEW("ndash", 0x2013)
	NEW("ne", 0x2260) NEW("ni", 0x220B) NEW("nldr", 0x2025)
	OLD("not", 0xAC) NEW("notin", 0x2209) NEW("nsub", 0x2284)
	OLD("ntilde", 0xF1) NEW("nu", 0x3BD) NEW("num", 0x23)
	NEW("numero", 0x2116) NEW("numsp", 0x2007) OLD("oacute", 0xF3)
	OLD("ocirc", 0xF4) NEW("odblac", 0x151) NEW("oelig", 0x153)
	OLD("ograve", 0xF2) NEW("ohm", 0x3A9) NEW("oline", 0x203E)
	NEW("omacr", 0x14D) NEW("omega", 0x3C9) NEW("omicron", 0x3BF)
	NEW("oplus", 0x2295) NEW("or", 0x2228) OLD("ordf", 0xAA)
	OLD("ordm", 0xBA) OLD("oslash", 0xF8) OLD("otilde", 0xF5)
	NEW("otimes", 0x2297) OLD("ouml", 0xF6) OLD("para", 0xB6)
	NEW("part", 0x2202) NEW("percnt", 0x25) NEW("period", 0x2E)
	NEW("permil", 0x2030) NEW("perp", 0x22A5) NEW("phi", 0x3C6)
	NEW("phone", 0x260E) NEW("pi", 0x3C0) NEW("piv", 0x3D6)
	NEW("plus", 0x2B) OLD("plusmn", 0xB1) OLD("pound", 0xA3)
	NEW("prime", 0x2032) NEW("prod", 0x220F) NEW("prop", 0x221D)
	NEW("psi", 0x3C8) NEW("puncsp", 0x2008) NEW("quest", 0x3F)
	OLD("quot", 0x22) NEW("rArr", 0x21D2) NEW("racute", 0x155)
	NEW("radic", 0x221A) NEW("rang", 0x232A) OLD("raquo", 0xBB)
	NEW("rarr", 0x2192) NEW("rbrace", 0x7D) NEW("rbrack", 0x5D)
	NEW("rcaron", 0x159) NEW("rcedil", 0x157) NEW("rceil", 0x2309)
	NEW("rcub", 0x7D) NEW("rdquo", 0x201D) NEW("rdquor", 0x201D)
	NEW("real", 0x211C) OLD("reg", 0xAE) NEW("rfloor", 0x230B)
	NEW("rho", 0x3C1) NEW("rightarrow", 0x2192) NEW("rlm", 0x200F)
	NEW("rpar", 0x29) NEW("rsaquo", 0x203A) NEW("rsqb", 0x5D)
	NEW("rsquo", 0x2019) NEW("rsquor", 0x2019) NEW("rx", 0x211E)
	NEW("sacute", 0x15B) NEW("sbquo", 0x201A) NEW("scaron", 0x161)
	NEW("scedil", 0x15F) NEW("sdot", 0x22C5) OLD("sect", 0xA7)
	NEW("semi", 0x3B) NEW("sharp", 0x266F) OLD("shy", 0xAD)
	NEW("sigma", 0x3C3) NEW("sigmaf", 0x3C2) NEW("sim", 0x223C)
	NEW("sol", 0x2F) NEW("spades", 0x2660) NEW("squ", 0x25A1)
	NEW("square", 0x25A1) NEW("star", 0x2606) NEW("starf", 0x2605)
	NEW("sub", 0x2282) NEW("sube", 0x2286) NEW("sum", 0x2211)
	NEW("sung", 0x266A) NEW("sup", 0x2283) OLD("sup1", 0xB9)
	OLD("sup2", 0xB2) OLD("sup3", 0xB3) NEW("supe", 0x2287)
	OLD("szlig", 0xDF) NEW("tau", 0x3C4) NEW("tcaron", 0x165)
	NEW("tcedil", 0x163) NEW("there4", 0x2234) NEW("theta", 0x3B8)
	NEW("thetasym", 0x3D1) NEW("thinsp", 0x2009) OLD("thorn", 0xFE)
	NEW("tilde", 0x2DC) OLD("times", 0xD7) NEW("trade", 0x2122)
	NEW("uArr", 0x21D1) OLD("uacute", 0xFA) NEW("uarr", 0x2191)
	OLD("ucirc", 0xFB) NEW("udblac", 0x171) OLD("ugrave", 0xF9)
	NEW("umacr", 0x16B) OLD("uml", 0xA8) NEW("uogon", 0x173)
	NEW("upsih", 0x3D2) NEW("upsilon", 0x3C5) NEW("uring", 0x16F)
	OLD("uuml", 0xFC) NEW("verbar", 0x7C) NEW("vert", 0x7C)
	NEW("weierp", 0x2118) NEW("xi", 0x3BE) OLD("yacute", 0xFD)
	OLD("yen", 0xA5) OLD("yuml", 0xFF) NEW("zacute", 0x17A)
	NEW("zcaron", 0x17E) NEW("zdot", 0x17C) NEW("zeta", 0x3B6)
	NEW("zwj", 0x200D) NEW("zwnj", 0x200C)
};

/* windows-1252, where numbers of C1 controls are meant as such. */
static const uint16_t c1[32] = {
	0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
	0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178
};

static const struct entity *
find(const char *name, size_t len)
{
	size_t low = 0, high = sizeof(entities) / sizeof(entities[0]);

	while (low < high) {
		size_t mid = (low + high) / 2;
		const char *there = entities[mid].name;
		int order = strncmp(name, there, len);

		if (order == 0 && there[len] == '\0')
			return &entities[mid];
		if (order <= 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static int
digit_value(unsigned char c, bool hex)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (hex && isxdigit(c))
		return tolower(c) - 'a' + 10;
	return -1;
}

static uint32_t
numeric(const char *s, const char *end, size_t *used)
{
	const char *at = s + 2;
	bool hex = at < end && (*at == 'x' || *at == 'X');
	uint32_t c = 0;
	int value, digits = 0;

	if (hex)
		at++;
	for (; at < end && at - s < SM_ENTITY_MAX &&
	    (value = digit_value((unsigned char)*at, hex)) >= 0; at++) {
		c = c > 0x110000 ? c : c * (hex ? 16 : 10) + (uint32_t)value;
		digits++;
	}
	if (digits == 0)
		return 0;
	if (at < end && *at == ';')
		at++;
	*used = (size_t)(at - s);
	if (c >= 0x80 && c < 0xA0)
		return c1[c - 0x80];
	if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
		return SM_UTF8_REPLACEMENT;
	return c;
}

uint32_t
sm_entity(const char *s, const char *end, size_t *used)
{
	const struct entity *entity;
	const char *at = s + 1;
	bool closed;

	if (at < end && *at == '#')
		return numeric(s, end, used);
	if (end - s >= 5 && memcmp(s, "&amp;", 5) == 0) {
		*used = 5;
		return '&';
	}
	if (end - s >= 4 && memcmp(s + 2, "t;", 2) == 0 &&
	    (s[1] == 'l' || s[1] == 'g')) {
		*used = 4;
		return s[1] == 'l' ? '<' : '>';
	}
	while (at < end && at - s < SM_ENTITY_MAX &&
	    isalnum((unsigned char)*at))
		at++;
	entity = find(s + 1, (size_t)(at - s - 1));
	closed = at < end && *at == ';';
	if (!entity || (!closed && (!entity->old || (at < end && *at == '='))))
		return 0;
	*used = (size_t)(at - s) + (closed ? 1 : 0);
	return entity->c;
}
