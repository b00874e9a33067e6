/* What to say of a transfer that libcurl gave up, and whether it may pass. */
#include <string.h>
#include <strings.h>

#include "source/http/http_impl.h"

/* The text tells more than the code. */
static const struct {
	const char *part, *text;
} tls[] = {
	{ "certificate has expired", "its certificate has expired" },
	{ "not yet valid", "its certificate is not valid yet" },
	{ "self-signed certificate in certificate chain", "its certificate is "
	    "of an authority that is not known here: 'cafile' names one" },
	{ "self signed certificate in certificate chain", "its certificate is "
	    "of an authority that is not known here: 'cafile' names one" },
	{ "self-signed", "its certificate is signed by nobody but itself: "
	    "'cafile' can name it" },
	{ "self signed", "its certificate is signed by nobody but itself: "
	    "'cafile' can name it" },
	{ "unable to get local issuer", "its certificate is of an authority "
	    "that is not known here: 'cafile' names one" },
	{ "unable to get issuer", "its certificate is of an authority that is "
	    "not known here: 'cafile' names one" },
	{ "revoked", "its certificate is revoked" },
	{ "subject name", "its certificate is another host's" },
	{ "pinned public key", "its key is not the one of 'pin'" },
	{ "public key does not match", "its key is not the one of 'pin'" },
	{ "unsupported protocol", "it speaks no TLS 1.2 or newer" },
	{ "wrong version number", "it speaks no TLS" },
	{ "alert protocol version", "it speaks no TLS 1.2 or newer" },
	{ "handshake failure", "no cipher or protocol in common" },
	{ "no protocols available", "it speaks no TLS 1.2 or newer" }
};

static bool
may_pass(CURLcode code)
{
	static const CURLcode passing[] = { CURLE_COULDNT_RESOLVE_PROXY,
	    CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
	    CURLE_OPERATION_TIMEDOUT, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
	    CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
	    CURLE_HTTP2_STREAM, CURLE_SSL_CONNECT_ERROR };

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (passing[i] == code)
			return true;
	return false;
}

enum sm_exit
http_describe(CURLcode code, const char *text, struct sm_buf *out)
{
	bool of_tls = code == CURLE_SSL_CONNECT_ERROR ||
	    code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_SSL_PINNEDPUBKEYNOTMATCH;

	if (!*text)
		text = curl_easy_strerror(code);
	for (size_t i = 0; of_tls && i < sizeof(tls) / sizeof(tls[0]); i++) {
		if (!strcasestr(text, tls[i].part))
			continue;
		sm_buf_addf(out, "no safe connection: %s (%s)", tls[i].text,
		    text);
		return SM_EXIT_REFUSED;
	}
	if (of_tls)
		sm_buf_adds(out, "no safe connection: ");
	sm_buf_adds(out, text);
	return may_pass(code) ? SM_EXIT_TEMP : SM_EXIT_REFUSED;
}
