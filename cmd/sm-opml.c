/*
 * sm-opml - lists of feeds from other readers to sources of the configuration,
 * and back.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/keys.h"
#include "source/feed/opml.h"
#include "text/url.h"

#define NAME_MAX_LEN 48	/* bytes of a name made from a title */

enum { OPT_ALL = SM_OPT_LONG };

static const struct sm_opt table[] = {
	{ 'b', "brand", "NAME", "the brand that the sources are about" },
	{ 'c', "config", "FILE", "the configuration, instead of the usual" },
	{ OPT_ALL, "all", NULL, "import what is configured already as well" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[options] import FILE\n[options] export",
	.summary = "lists of feeds: to sources of the configuration, and back",
	.examples =
	    "sm-opml import feeds.opml >> ~/.config/sm/config\n"
	    "sm-opml export > feeds.opml\n",
};

/* Words that are taken, by their hashes: lists may be long, and hostile. */
struct taken {
	struct { uint64_t hash; int next; } *slots;
	size_t count, room;	/* room: a power of two, or 0 */
};

struct run {
	const char *config, *brand;
	bool all;
	struct sm_conf *conf;
	struct sm_buf out;
	struct taken names, urls, brands;
	size_t there, twice;
	bool early;		/* the list was cut off */
};

static size_t
slot_of(const struct taken *taken, uint64_t hash)
{
	size_t i = hash & (taken->room - 1);

	while (taken->slots[i].hash && taken->slots[i].hash != hash)
		i = (i + 1) & (taken->room - 1);
	return i;
}

static void
grow(struct taken *taken)
{
	struct taken more = { .room = taken->room ? taken->room * 2 : 64,
	    .count = taken->count };

	more.slots = sm_xcalloc(more.room, sizeof(*more.slots));
	for (size_t i = 0; i < taken->room; i++)
		if (taken->slots[i].hash)
			more.slots[slot_of(&more, taken->slots[i].hash)] =
			    taken->slots[i];
	free(taken->slots);
	*taken = more;
}

/* Takes the word, in any case: whether it was free. */
static bool
take(struct taken *taken, const char *s)
{
	struct sm_buf low = SM_BUF_INIT;
	uint64_t hash;
	size_t i;

	if (taken->count * 2 >= taken->room)
		grow(taken);
	for (; *s; s++)
		sm_buf_addc(&low, (char)tolower((unsigned char)*s));
	hash = sm_hash(sm_buf_str(&low), low.len) | 1;
	sm_buf_release(&low);
	i = slot_of(taken, hash);
	if (taken->slots[i].hash)
		return false;
	taken->slots[i].hash = hash;
	taken->slots[i].next = 2;
	taken->count++;
	return true;
}

/* A number to put behind a word that is taken, another each time. */
static int
next_number(struct taken *taken, const char *s)
{
	struct sm_buf low = SM_BUF_INIT;
	size_t i;

	for (; *s; s++)
		sm_buf_addc(&low, (char)tolower((unsigned char)*s));
	i = slot_of(taken, sm_hash(sm_buf_str(&low), low.len) | 1);
	sm_buf_release(&low);
	return taken->slots[i].next++;
}

static const char *
value(const struct run *run, const char *name, const char *key)
{
	const char *s = sm_conf_str(run->conf, "source", name, key);

	return s ? s : "";
}

/* What the configuration has already: its names, and its addresses. */
static void
note_configured(struct run *run)
{
	const char *name;

	for (size_t i = 0; (name = sm_conf_name(run->conf, "source", i));
	    i++) {
		take(&run->names, name);
		if (!run->all)
			take(&run->urls, value(run, name, "url"));
	}
}

/* Letters, digits, dots and dashes of s; the rest becomes one dash. */
static void
add_plain(struct sm_buf *out, const char *s)
{
	for (; *s && out->len < NAME_MAX_LEN; s++)
		if (isalnum((unsigned char)*s) || (out->len > 0 &&
		    (*s == '.' || *s == '_')))
			sm_buf_addc(out, *s);
		else if (out->len > 0 && out->data[out->len - 1] != '-')
			sm_buf_addc(out, '-');
	while (out->len > 0 && (out->data[out->len - 1] == '-' ||
	    out->data[out->len - 1] == '.'))
		sm_buf_cut(out, out->len - 1);
}

/* A name that nobody has: from the title, else from the host. */
static void
make_name(struct run *run, const struct sm_opml_feed *feed,
    struct sm_buf *name)
{
	struct sm_buf word = SM_BUF_INIT;
	struct sm_url url;

	add_plain(name, feed->text);
	if (name->len == 0 && sm_url_split(feed->url, strlen(feed->url),
	    &url) == 0) {
		struct sm_buf host = SM_BUF_INIT;

		sm_buf_add(&host, url.host, url.host_len);
		sm_buf_clear(name);
		add_plain(name, host.data);
		sm_buf_release(&host);
	}
	if (name->len == 0)
		sm_buf_adds(name, "feed");
	sm_buf_adds(&word, name->data);
	while (!take(&run->names, name->data)) {
		sm_buf_cut(name, word.len);
		sm_buf_addf(name, "-%d", next_number(&run->names, word.data));
	}
	sm_buf_release(&word);
}

static int
import_feed(void *arg, const struct sm_opml_feed *feed, struct sm_err *err)
{
	struct run *run = arg;
	struct sm_buf name = SM_BUF_INIT;

	(void)err;
	if (!take(&run->urls, feed->url)) {
		run->twice++;
		return 0;
	}
	make_name(run, feed, &name);
	if (strcmp(feed->text, name.data) != 0 && *feed->text)
		sm_buf_addf(&run->out, "# %s\n", feed->text);
	if (*feed->folder)
		sm_buf_addf(&run->out, "# folder: %s\n", feed->folder);
	sm_buf_addf(&run->out, "[source \"%s\"]\n\ttype = feed\n\turl = "
	    "\"%s\"\n", name.data, feed->url);
	if (run->brand)
		sm_buf_addf(&run->out, "\tbrand = %s\n", run->brand);
	run->there++;
	sm_buf_release(&name);
	return 0;
}

static void
read_file(const char *path, struct sm_buf *bytes)
{
	bool input = strcmp(path, "-") == 0;
	int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd == -1)
		sm_die(SM_EXIT_NOINPUT, "cannot open '%s': %s", path,
		    strerror(errno));
	while ((ret = sm_buf_read(bytes, fd, SM_OPML_MAX + 1)) > 0)
		;
	if (ret == -1)
		sm_die(SM_EXIT_IO, "cannot read '%s': %s", path,
		    strerror(errno));
	if (bytes->len > SM_OPML_MAX)
		sm_die(SM_EXIT_DATA, "%s: more than %d bytes", path,
		    SM_OPML_MAX);
	if (!input)
		close(fd);
}

static void
import_list(struct run *run, const char *path)
{
	struct sm_buf bytes = SM_BUF_INIT;
	struct sm_err err;
	size_t passed;
	int ret;

	note_configured(run);
	read_file(path, &bytes);
	ret = sm_opml_read(sm_buf_str(&bytes), bytes.len, import_feed, run,
	    &passed, &err);
	if (ret == -1)
		sm_die(err.code, "%s: %s", path, err.text);
	sm_buf_release(&bytes);
	if (ret == 1) {
		sm_warn("%s: the list ends early: there may be more", path);
		run->early = true;
	}
	if (passed > 0)
		sm_warn("%s: %zu left out: no http(s) address, or one with a "
		    "password in it", path, passed);
	if (run->twice > 0)
		sm_note("%s: %zu left out: there already", path, run->twice);
	sm_note("%s: %zu sources", path, run->there);
}

static bool
is_exported(const struct run *run, const char *name)
{
	const char *url = value(run, name, "url");

	return strcmp(value(run, name, "type"), "feed") == 0 &&
	    sm_url_is_web(url, strlen(url));
}

static void
export_source(struct run *run, const char *name, const char *indent)
{
	struct sm_buf *out = &run->out;

	sm_buf_addf(out, "%s<outline type=\"rss\" text=", indent);
	sm_opml_value(out, name);
	sm_buf_adds(out, " xmlUrl=");
	sm_opml_value(out, value(run, name, "url"));
	if (*value(run, name, "language")) {
		sm_buf_adds(out, " language=");
		sm_opml_value(out, value(run, name, "language"));
	}
	sm_buf_adds(out, "/>\n");
}

/* The sources of one brand, in a folder unless it is "". */
static void
export_brand(struct run *run, const char *brand)
{
	struct sm_buf *out = &run->out;
	const char *name;

	if (*brand) {
		sm_buf_adds(out, "\t\t<outline text=");
		sm_opml_value(out, brand);
		sm_buf_adds(out, ">\n");
	}
	for (size_t i = 0; (name = sm_conf_name(run->conf, "source", i)); i++)
		if (is_exported(run, name) &&
		    strcmp(value(run, name, "brand"), brand) == 0)
			export_source(run, name, *brand ? "\t\t\t" : "\t\t");
	if (*brand)
		sm_buf_adds(out, "\t\t</outline>\n");
}

static void
export_list(struct run *run)
{
	const char *name;

	sm_buf_adds(&run->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<opml version=\"2.0\">\n\t<head>\n\t\t<title>sm</title>\n"
	    "\t</head>\n\t<body>\n");
	for (size_t i = 0; (name = sm_conf_name(run->conf, "source", i));
	    i++) {
		const char *brand = value(run, name, "brand");

		if (is_exported(run, name) && take(&run->brands, brand))
			export_brand(run, brand);
	}
	sm_buf_adds(&run->out, "\t</body>\n</opml>\n");
}

static void
check_brand(const char *brand)
{
	for (const char *s = brand; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("._-", *s))
			sm_usage(&opts, "--brand '%s': expected letters, "
			    "digits, dots and dashes", brand);
	if (!*brand)
		sm_usage(&opts, "--brand: expected a name");
}

static void
do_verb(struct run *run)
{
	const char *verb = opts.count > 0 ? opts.operands[0] : "";

	if (strcmp(verb, "import") == 0 && opts.count == 2)
		import_list(run, opts.operands[1]);
	else if (strcmp(verb, "import") == 0)
		sm_usage(&opts, "import: which file? (- is standard input)");
	else if (strcmp(verb, "export") == 0 && opts.count == 1)
		export_list(run);
	else
		sm_usage(&opts, "what to do? import FILE, or export");
}

int
main(int argc, char *argv[])
{
	struct run run = { .config = NULL };
	struct sm_err err;
	int opt;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'b': run.brand = opts.arg; break;
		case 'c': run.config = opts.arg; break;
		case OPT_ALL: run.all = true; break;
		default: break;
		}
	}
	if (run.brand)
		check_brand(run.brand);
	run.conf = sm_conf_load(sm_keys_usual, run.config, &err);
	if (!run.conf)
		sm_die(err.code, "%s", err.text);
	do_verb(&run);
	if (sm_write_all(STDOUT_FILENO, sm_buf_str(&run.out),
	    run.out.len) == -1)
		sm_die(SM_EXIT_IO, "cannot write the output: %s",
		    strerror(errno));
	sm_buf_release(&run.out);
	free(run.names.slots);
	free(run.urls.slots);
	free(run.brands.slots);
	sm_conf_free(run.conf);
	return run.early ? SM_EXIT_SOME : SM_EXIT_OK;
}
