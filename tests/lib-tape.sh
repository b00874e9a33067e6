# Tapes for tests of connectors: what a server would have answered.
#	tape NAME			a new one, in $tape
#	answer URL FILE|- [STATUS [HEADER...]]	its next answer to GET URL

tape() {
	tape=$TMP/tape-$1
	rm -rf "$tape"
	mkdir -p "$tape"
	: > "$tape/index"
}

answer() {
	answer_url=$1
	answer_file=$2
	answer_status=${3:-200}
	shift 2
	[ $# -eq 0 ] || shift
	# A pipe's end is a shell of its own: no counter of ours survives it.
	answers=$(wc -l < "$tape/index" | tr -d ' ')
	{
		printf 'HTTP/1.1 %s\r\n' "$answer_status"
		for answer_header; do
			printf '%s\r\n' "$answer_header"
		done
		printf '\r\n'
		cat "$answer_file"
	} > "$tape/$answers.http"
	echo "GET $answer_url $answers.http" >> "$tape/index"
}
