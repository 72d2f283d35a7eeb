// A certified OpenID provider on this machine alone, with its own forms for signing in: any password will do.
// Its first line on stdout is the port; then it reads one line of JSON: {"home", "client", "secret"}.
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import Provider from 'oidc-provider';

const keys = ['one', 'two'].map((kid) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
});

function configured({ home, client, secret }) {
  return {
    clients: [
      {
        client_id: client,
        client_secret: secret,
        redirect_uris: [`${home}/login/oidc/callback`],
        post_logout_redirect_uris: [`${home}/login`],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    cookies: { keys: ['of-this-run-alone'] },
    // what is asked for by scope stands in userinfo, not in the ID token: as the standard has it
    findAccount: (_, login) => ({
      accountId: login,
      claims: async () => ({ sub: login, preferred_username: login }),
    }),
    jwks: { keys },
    pkce: { required: () => true },
  };
}

let answer = (_, response) => response.writeHead(503).end();
const server = createServer((request, response) => answer(request, response));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
createInterface({ input: process.stdin }).once('line', (line) => {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, configured(JSON.parse(line)));
  answer = provider.callback();
  console.log('ready');
});
