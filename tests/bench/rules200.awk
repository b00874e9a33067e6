# Two hundred rules with some 1,500 comparisons and 100 regular expressions,
# the same in every run; -v more=1 makes a second set that differs a little.
function next_random(n) {
	seed = (seed * 16807) % 2147483647
	return seed % n
}
function pick(list, n) {
	split(list, words, " ")
	return words[next_random(n) + 1]
}
BEGIN {
	seed = 7
	print "stage care {"
	for (i = 0; i < 200; i++) {
		when = "sentiment <= " next_random(80) - 60 + (more ? 1 : 0)
		when = when " and lang in (\"" pick("en pl es zh", 4) "\", \"" pick("de fr en pl", 4) "\")"
		when = when " and (intent has \"" pick("complaint question praise churn", 4) "\" or topic has \"" pick("delivery billing network", 3) "\")"
		when = when " and not spam > " 40 + next_random(50)
		when = when " and urgency between " next_random(20) " and " 40 + next_random(60)
		when = when " and followers >= " next_random(5000)
		if (i % 2)
			when = when " and text =~ /\\b" pick("refund late broken parcel invoice cancel angry thanks price delivery", 10) "(s|ed)?\\b/i"
		if (i % 3 == 0)
			when = when " and direction = " pick("in about", 2)
		print "  rule r" i " when " when
		print "    then react; queue \"q" i % 12 "\"; priority +" 1 + next_random(9) " \"r\""
	}
	print "}"
}
