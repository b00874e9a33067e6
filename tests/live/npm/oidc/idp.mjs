// A certified OpenID provider that rotates refresh tokens and revokes their
// whole family when one is used twice, and behind it a feed for whoever has a
// valid access token.  Prints its port; LIFE: seconds of an access token.
// Every event of interest is a line of the file LOG.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const life = Number(process.env.LIFE || 1);
const log = (text) => appendFileSync(process.env.LOG, `${text}\n`);
const server = createServer();

server.listen(Number(process.env.PORT || 0), '127.0.0.1', () => {
	const { port } = server.address();
	const issuer = `http://127.0.0.1:${port}`;
	const provider = new Provider(issuer, {
		clients: [{
			client_id: 'native',
			application_type: 'native',
			token_endpoint_auth_method: 'none',
			redirect_uris: ['http://127.0.0.1/callback'],
			grant_types: ['authorization_code', 'refresh_token',
				'urn:ietf:params:oauth:grant-type:device_code'],
		}, {
			client_id: 'secretive',
			client_secret: 'cl1ent s:cret+%',
			redirect_uris: [`${issuer}/nowhere`],
			grant_types: ['authorization_code', 'refresh_token'],
		}],
		pkce: { required: () => true },
		features: {
			deviceFlow: { enabled: true },
			devInteractions: { enabled: true },
		},
		rotateRefreshToken: true,
		issueRefreshToken: async () => true,
		ttl: {
			AccessToken: life, AuthorizationCode: 60,
			RefreshToken: 3600, Grant: 3600, Session: 3600,
			Interaction: 3600, DeviceCode: 600, IdToken: 60,
		},
		findAccount: async (_ctx, id) => ({
			accountId: id, claims: async () => ({ sub: id }),
		}),
	});
	provider.on('grant.success', (ctx) => {
		log(`granted ${ctx.oidc.params.grant_type}`);
	});
	provider.on('grant.error', (ctx, err) => {
		log(`refused ${err.error} ${err.error_detail || ''}`);
	});
	provider.on('grant.revoked', () => log('REVOKED'));
	provider.on('server_error', (_ctx, err) => log(`fault ${err}`));
	provider.use(async (ctx, next) => {
		if (ctx.path !== '/feed')
			return next();
		const [, token] = (ctx.get('authorization') || '').split(' ');
		const known = token && await provider.AccessToken.find(token);
		log(known ? 'fed' : 'hungry');
		if (!known) {
			ctx.status = 401;
			ctx.body = { error: 'invalid_token' };
			return undefined;
		}
		ctx.type = 'application/rss+xml';
		ctx.body = '<rss version="2.0"><channel><title>t</title>'
			+ '<item><guid>a</guid><title>one</title></item>'
			+ '</channel></rss>';
		return undefined;
	});
	server.on('request', provider.callback());
	console.log(`oidc_port=${port}`);
});
