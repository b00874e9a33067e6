// The peer of goals 1 and 2: a JSON loop with VADER (npm's
// "vader-sentiment") and three rules.
const readline = require('readline');
const vader = require('vader-sentiment');
let out = [];
readline.createInterface({ input: process.stdin, crlfDelay: Infinity })
    .on('line', (line) => {
	const post = JSON.parse(line);
	const got = vader.SentimentIntensityAnalyzer
	    .polarity_scores(post.content);
	post.score = got;
	post.route = { decision: 'react', queue: 'care' };
	if (got.compound > 0.4)
		post.route = { decision: 'ignore', reason: 'praise' };
	else if (got.compound < -0.4)
		post.route.queue = 'urgent';
	out.push(JSON.stringify(post));
	if (out.length === 1000) {
		process.stdout.write(out.join('\n') + '\n');
		out = [];
	}
    })
    .on('close', () => process.stdout.write(out.join('\n') + '\n'));
