import type { BackendConfig } from '../../model/config.ts';
import { isReadableOnTheWay } from '../../model/loopback.ts';
import type { ObtainedCredentials } from '../../model/obtained-credentials.ts';
import type { Problem } from '../problems.ts';

/** Keys that say how tokens are obtained, and nothing where they are not. */
export const OBTAINED_KEYS = [
  'issuer',
  'token_url',
  'client_id',
  'client_secret',
  'client_secret_file',
  'private_key_file',
  'client_metadata_url',
  'resource',
  'subject_token_type',
  'assertion',
  'identity_provider',
  'redirect_port',
] as const;

/** Where a key of the section stands. */
type Place = (...keys: (string | number)[]) => string;
/** Reports what is wrong with a key of the section. */
type Fault = (key: string, message: string, help?: string) => void;

/** Tokens that could not be obtained as a section says, or whose secrets could end up with somebody else. */
export function obtainedFaults({ name, remote, credentials }: BackendConfig, where: Place): Problem[] {
  const obtained = credentials.authorization;
  if (remote === undefined || obtained === undefined || obtained.mode === 'mint') return [];
  const problems: Problem[] = [];
  const fault: Fault = (key, message, help) =>
    void problems.push({
      code: 'SP1005',
      severity: 'error',
      message,
      where: where(...key.split('.')),
      ...(help && { help }),
    });
  for (const [key, url] of urlsOf(obtained)) {
    if (isReadableOnTheWay(new URL(url))) fault(key, `the ${key} of ${name} must be https, unless it is on loopback`);
  }
  grantFaults(obtained, name, fault);
  const { mode, issuer, tokenUrl, clientId, clientProof } = obtained;
  const isItself = mode !== 'oauth';
  // An assertion of the platform says by itself who the gateway is.
  const isSaid = obtained.grant?.kind === 'assertion';
  if (isItself && !isSaid && clientId === undefined)
    fault('mode', `${name} needs a \`client_id\` to obtain tokens with`);
  if (isItself && !isSaid && clientProof.kind === 'none') {
    fault('mode', `${name} needs a \`client_secret\`, a \`client_secret_file\` or a \`private_key_file\``);
  }
  if ((isItself || clientId !== undefined) && issuer === undefined && tokenUrl === undefined) {
    fault(
      clientId === undefined ? 'mode' : 'client_id',
      `${name} does not say at which authorization server its client is known`,
      'set `issuer`: else whoever runs the backend could name a server of theirs, and be sent what proves the client',
    );
  }
  if (!isItself && tokenUrl !== undefined && issuer === undefined) {
    fault('token_url', `a login of ${name} needs more than a token endpoint: set \`issuer\``);
  }
  if (clientId === undefined && clientProof.kind !== 'none') fault('mode', `${name} needs a \`client_id\``);
  return problems;
}

/** An assertion that is missing, is there twice, or of which nobody could say for whom it is. */
function grantFaults({ mode, grant, issuer }: ObtainedCredentials, name: string, fault: Fault): void {
  if (mode !== 'jwt_bearer') {
    if (grant !== undefined) fault(grant.kind, `\`${grant.kind}\` of ${name} is for \`mode: jwt_bearer\``);
    return;
  }
  if (grant === undefined) {
    fault('mode', `${name} needs an \`assertion\` or an \`identity_provider\``);
  } else if (grant.kind === 'identity_provider') {
    const { issuer: provider, tokenUrl } = grant.provider;
    if (provider === undefined && tokenUrl === undefined) {
      fault(grant.kind, `the identity provider of ${name} needs an \`issuer\` or a \`token_url\``);
    }
    if (issuer === undefined) {
      fault(grant.kind, `an assertion for ${name} is made for one authorization server: set its \`issuer\``);
    }
  }
}

function urlsOf({ issuer, tokenUrl, clientMetadataUrl, grant }: ObtainedCredentials): [string, string][] {
  const provider = grant?.kind === 'identity_provider' ? grant.provider : undefined;
  const all = {
    issuer,
    token_url: tokenUrl,
    client_metadata_url: clientMetadataUrl,
    'identity_provider.issuer': provider?.issuer,
    'identity_provider.token_url': provider?.tokenUrl,
  };
  return Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
}
