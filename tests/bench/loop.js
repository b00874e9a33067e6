// The peer of goal 3: a JSON loop with the sentiment of npm's package
// "sentiment", as one would write it in an afternoon.
const readline = require('readline');
const Sentiment = require('sentiment');
const sentiment = new Sentiment();
let out = [];
readline.createInterface({ input: process.stdin, crlfDelay: Infinity })
    .on('line', (line) => {
	const post = JSON.parse(line);
	const got = sentiment.analyze(post.content);
	post.score = { sentiment: got.score, comparative: got.comparative };
	out.push(JSON.stringify(post));
	if (out.length === 1000) {
		process.stdout.write(out.join('\n') + '\n');
		out = [];
	}
    })
    .on('close', () => process.stdout.write(out.join('\n') + '\n'));
