#!/bin/sh
# Mails field by field against another reader of them, Python's email package.
# What differs is in tests/fixture/mail/oracle/differences.tsv, with the reason.
. tests/lib.sh

if ! python3 -c 'import email.policy' 2> /dev/null; then
	[ -z "${CI-}" ] || { echo 'Bail out! python3 is not installed'; exit 1; }
	echo '1..0 # SKIP python3 is not installed'
	exit 0
fi
set=$PWD/tests/fixture/mail/oracle
mkdir -p "$TMP/box/new" "$TMP/box/cur"
for file in "$set"/*.eml; do
	cp "$file" "$TMP/box/new/"
done
touch -d 2026-11-21T11:00:00Z "$TMP/box/new/"*
status 0 'all mails are read' sm-fetch maildir "$TMP/box"
is "$(wc -l < "$TMP/out" | tr -d ' ')" \
	"$(find "$set" -name '*.eml' | wc -l | tr -d ' ')" 'each of them'
cat > "$TMP/compare.py" <<'END'
import datetime, email, email.policy, glob, json, os, re, sys
ours = {}
for line in open(sys.argv[2], encoding='utf-8'):
    post = json.loads(line)
    ours[post['id']] = post

def words(text):
    return re.sub(r'\s+', ' ', text or '').strip()

def address(field, index=0):
    if field is None or len(field.addresses) <= index:
        return '', ''
    a = field.addresses[index]
    return a.addr_spec.lower(), a.display_name

def theirs(mail):
    who, name = address(mail['from'])
    date = mail['date']
    date = date.datetime if date is not None else None
    if date is not None:
        date = date.astimezone(datetime.timezone.utc).strftime(
            '%Y-%m-%dT%H:%M:%SZ')
    body = mail.get_body(('plain',))
    try:
        text = body.get_content() if body is not None else None
    except LookupError as error:
        text = str(error)
    files = [(p.get_content_type(), p.get_filename() or '')
        for p in mail.walk() if not p.is_multipart() and
        (p.get_filename() or p.get_content_maintype() not in
        ('text', 'multipart'))] if mail.is_multipart() else []
    ids = re.findall(r'<([^>]*)>', mail['references'] or '')
    parent = re.findall(r'<([^>]*)>', mail['in-reply-to'] or '')
    to = address(mail['reply-to'] or mail['from'])[0]
    return {
        'subject': words(mail['subject']), 'from': who, 'name': name,
        'date': date, 'content': words(text) if text is not None else None,
        'files': files, 'references': ids, 'to': to,
        'parent': parent[0] if parent else ids[-1] if ids else None,
        'cc': [a.addr_spec for a in mail['cc'].addresses] if mail['cc'] else [],
        'received_by': [a.addr_spec for a in mail['to'].addresses]
            if mail['to'] else [],
    }

def mine(post):
    who = post.get('attributedTo', {})
    ref = post['ref']
    return {
        'subject': words(post.get('name')),
        'from': who.get('preferredUsername', ''), 'name': who.get('name', ''),
        'date': post.get('published'), 'content': words(post['content']),
        'files': [(f['mediaType'], f.get('name', ''))
            for f in post.get('attachment', [])],
        'references': [r[1:-1] for r in ref['references']],
        'to': ref.get('to', ''), 'parent': post.get('inReplyTo'),
        'cc': ref['cc'], 'received_by': ref['received_by'],
    }

fields = 0
for path in sorted(glob.glob(sys.argv[1] + '/*.eml')):
    with open(path, 'rb') as f:
        mail = email.message_from_binary_file(f, policy=email.policy.default)
    post = ours[re.search(r'<(.*)>', mail['message-id']).group(1)]
    a, b = mine(post), theirs(mail)
    for field in a:
        fields += 1
        if a[field] != b[field]:
            print(os.path.basename(path)[:-4], field, sep='\t')
            print('#', path, field, 'ours:', repr(a[field]), 'theirs:',
                repr(b[field]), file=sys.stderr)
print('#', fields, 'fields', file=sys.stderr)
END
ok 'the other reads them too' sh -c \
	'python3 "$0" "$1" "$2" > "$3" 2> "$4"' "$TMP/compare.py" "$set" \
	"$TMP/out" "$TMP/got" "$TMP/why"
note "$(tail -1 "$TMP/why")"
cut -f1,2 "$set/differences.tsv" > "$TMP/want"
if ! ok 'and nothing differs but what is explained' \
    cmp -s "$TMP/got" "$TMP/want"; then
	note "$(cat "$TMP/why")"
fi

done_testing
