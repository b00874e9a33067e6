#!/usr/bin/python3
"""feed-oracle.py DIR TABLE - sm-fetch, feedparser and sfeed on the feeds of DIR.

Field by field: where feedparser and sfeed agree (or feedparser alone has the
field), ours has to be the same.  What is not is looked up in TABLE (case, field,
ours, theirs, why; tabs between, * for any run of characters); what is not there
either is printed.  The last line: fields compared, the same, explained, new.
"""
import calendar
import fnmatch
import html
import json
import os
import re
import subprocess
import sys
import unicodedata
import warnings

import feedparser

warnings.simplefilter('ignore')
BASE = 'http://shop.example/blog/feed.xml'


def words(text):
    """What is read, whatever the layout: runs of letters and figures."""
    text = unicodedata.normalize('NFC', text)
    text = re.sub(r' <https?://[^>\s]*>', ' ', text)
    text = re.sub(r'\[([^\]\[]*)\]', r' \1 ', text)
    text = re.sub(r'(?m)^((> ?)|\s|- |\d+\. )*', ' ', text)
    text = re.sub('[\u00ad\u200b\ufeff]', '', text)
    return re.sub(r'[\s|~^]+', '', text)


def unmarked(value, markup):
    """A value of feedparser or sfeed as text."""
    if markup:
        value = re.sub(r'(?s)<(script|style|title|svg|form|select|button)\b'
                       r'.*?</\1\s*>', ' ', value)
        value = re.sub(r'(?s)<!--.*?-->', ' ', value)
        value = re.sub(r'(?i)<img\b[^>]*?\balt="([^"]*)"[^>]*>', r' \1 ',
                       value)
        value = re.sub(r'(?s)</?[a-zA-Z][^<>]*>', ' ', value)
        value = html.unescape(value)
    return words(value)


def stamp(parsed):
    if not parsed:
        return None
    try:
        return calendar.timegm(parsed)
    except (OverflowError, ValueError):
        return None


def ours_of(path):
    out = subprocess.run(['sm-fetch', '-q', '--base', BASE, 'feed', path],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=False)
    if out.returncode < 0 or out.returncode in (70, 71):
        print('%s: status %d' % (path, out.returncode))
        sys.exit(1)
    result = []
    for line in out.stdout.decode('utf-8').splitlines():
        rec = json.loads(line)
        who = rec.get('attributedTo', {})
        result.append({
            'title': words(rec.get('name', '')),
            'link': rec.get('url', ''),
            'id': rec.get('id', ''),
            'published': rec.get('published', ''),
            'updated': rec.get('updated', ''),
            'author': (words(who.get('name', '')),
                       who.get('preferredUsername', '')),
            'content': words(rec.get('content', '')),
            'summary': words(rec.get('summary', '')),
            'categories': [t['name'] for t in rec.get('tag', [])],
            'enclosures': [a['url'] for a in rec.get('attachment', [])],
            'language': rec.get('language', ''),
            'comments': str(rec.get('metrics', {}).get('replies', '')),
        })
    return result


def iso(seconds):
    import datetime
    if seconds is None:
        return ''
    return (datetime.datetime(1970, 1, 1) +
            datetime.timedelta(seconds=seconds)).strftime('%Y-%m-%dT%H:%M:%SZ')


def is_markup(detail):
    return detail.get('type') != 'text/plain'


def feedparser_of(data):
    parsed = feedparser.parse(
        data, sanitize_html=False, response_headers={
            'content-location': BASE, 'content-type': 'application/xml'})
    result = []
    for e in parsed.entries:
        has = dict.__contains__
        published = stamp(e.get('published_parsed'))
        updated = stamp(e.get('updated_parsed')) \
            if has(e, 'updated_parsed') else None
        created = stamp(e.get('created_parsed'))
        when = [t for t in (published, updated, created) if t is not None]
        summary = unmarked(e.get('summary', ''),
                           is_markup(e.get('summary_detail', {})))
        if e.get('summary') in [p.get('value') for p in e.get('content', [])]:
            summary = ''    # a copy
        content = ''
        for part in e.get('content', []):
            content = content or unmarked(part.get('value', ''),
                                          is_markup(part))
        author = e.get('author_detail', {})
        langs = [part.get('language') for part in e.get('content', [])] + \
            [e.get(k, {}).get('language')
             for k in ('summary_detail', 'title_detail')] + \
            [e.get('language'), parsed.feed.get('language')]
        langs = [x.replace('_', '-') for x in langs if x]
        result.append({
            'title': unmarked(e.get('title', ''),
                              is_markup(e.get('title_detail', {}))),
            'link': e.get('link', ''),
            'id': e.get('id', ''),
            'published': iso(when[0] if when else None),
            'updated': iso(updated),
            'author': (words(author.get('name', '')),
                       author.get('email', '')),
            'content': content or summary,
            'summary': summary if content and summary != content else '',
            'categories': [t['term'] for t in e.get('tags', [])
                           if t.get('term')],
            'enclosures': [x.get('href', '') for x in e.get('links', [])
                           if x.get('rel') == 'enclosure' and x.get('href')],
            'language': langs[0] if langs else '',
            'comments': e.get('slash_comments', '') or e.get('thr_total', ''),
        })
    return result


def sfeed_of(data):
    out = subprocess.run(['sfeed', BASE], input=data, stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, check=False)
    result = []
    for line in out.stdout.decode('utf-8', 'replace').split('\n')[:-1]:
        f = line.split('\t')

        def text(s):
            return re.sub(r'\\(.)', lambda m: {'n': '\n', 't': '\t'}.get(
                m.group(1), m.group(1)), s)
        result.append({
            'title': unmarked(text(f[1]), True),
            'link': f[2],
            'id': f[5],
            'published': iso(int(f[0])) if f[0] else '',
            'author': f[6],
            'content': unmarked(text(f[3]), f[4] == 'html'),
            'categories': [c for c in f[8].split('|') if c],
            'enclosures': [f[7]] if f[7] else [],
        })
    return result


def same(field, ours, theirs):
    if field == 'author':
        return (ours[0] == theirs[0] or not theirs[0]) and \
            (not theirs[1] or theirs[1] == ours[1] or theirs[1] == ours[0])
    if field in ('categories',):
        return ours == theirs or set(ours) == set(theirs)
    if field == 'enclosures':
        return set(theirs) <= set(ours)
    return ours == theirs


def agree(field, a, b):
    """feedparser's and sfeed's."""
    if field == 'author':
        return words(b) in (a[0], a[1], words('%s (%s)' % a),
                            words('%s (%s)' % (a[1], a[0])),
                            words('%s <%s>' % a)) or \
            (a[0] != '' and a[0] in words(b))
    if field == 'enclosures':
        return set(b) <= set(a) or set(a) <= set(b)
    return same(field, a, b)


ALONE = ('updated', 'summary', 'language', 'comments')


def main(folder, table):
    rows = []
    with open(table, encoding='utf-8') as lines:
        for line in lines:
            if line.strip() and not line.startswith('#'):
                rows.append(line.rstrip('\n').split('\t'))
    used = set()
    count = {'compared': 0, 'same': 0, 'explained': 0, 'new': 0}
    both = {'compared': 0, 'same': 0}

    def explained(case, field, ours, theirs):
        for i, row in enumerate(rows):
            if fnmatch.fnmatchcase(case, row[0]) and \
                    row[1] in (field, '*') and \
                    fnmatch.fnmatchcase(str(ours), row[2]) and \
                    fnmatch.fnmatchcase(str(theirs), row[3]):
                used.add(i)
                return True
        return False

    def look(case, field, ours, theirs, two):
        count['compared'] += 1
        both['compared'] += two
        if same(field, ours, theirs):
            count['same'] += 1
            both['same'] += two
        elif explained(case, field, ours, theirs):
            count['explained'] += 1
        else:
            count['new'] += 1
            print('%s\t%s\t%s\t%s\t%s' % (case, field, ours, theirs,
                                          '2' if two else '1'))

    for name in sorted(os.listdir(folder)):
        case = name.rsplit('.', 1)[0]
        path = os.path.join(folder, name)
        with open(path, 'rb') as f:
            data = f.read()
        ours = ours_of(path)
        try:
            fp = feedparser_of(data)
        except Exception as e:  # it does fail on some
            print('# feedparser fails on %s: %s' % (case, e))
            continue
        sf = sfeed_of(data)
        if len(fp) == 0:
            continue
        if len(ours) != len(fp):
            look(case, 'items', len(ours), len(fp), len(sf) == len(fp))
            continue
        for i, theirs in enumerate(fp):
            for field, value in theirs.items():
                if not value or value == ('', ''):
                    continue
                if field not in ALONE and len(sf) == len(fp):
                    if not agree(field, value, sf[i].get(field)):
                        # nobody to ask: only feedparser's, or neither
                        continue
                    two = True
                else:
                    two = False
                look(case, field, ours[i][field], value, two)
    for i, row in enumerate(rows):
        if i not in used:
            print('# never needed: ' + '\t'.join(row))
    print('%(compared)d fields, %(same)d the same, %(explained)d explained, '
          '%(new)d not' % count)
    print('%(compared)d where both agree, %(same)d the same' % both)
    return count['new'] > 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2]))
