import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Files that say who may do what. */
export interface Access {
  /** Of the API server, with the only token there is: an administrator's. */
  kubeconfig: string;
  /** Tokens the API server takes. */
  tokens: string;
  /** Signs the tokens of service accounts. */
  accountKey: string;
}

/** @param url of the API server, whose certificate is its own work: nobody is asked about it */
export function writeAccess(folder: string, url: string): Access {
  const token = randomBytes(16).toString('hex');
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
  return {
    kubeconfig: write('kubeconfig', stringify(kubeconfig)),
    tokens: write('tokens.csv', `${token},admin,admin,system:masters\n`),
    accountKey: write('accounts.pem', privateKey),
  };
}
