import { type CodeEntry, entry } from './code-entry.ts';
import { ALERT_CODES } from './codes-alerts.ts';
import { CONFIG_CODES } from './codes-config.ts';
import { INSPECTION_CODES } from './codes-inspection.ts';
import { POLICY_CODES } from './codes-policy.ts';
import { REGISTRY_CODES } from './codes-registry.ts';
import { SHIPPING_CODES } from './codes-shipping.ts';

/**
 * Every code Sallyport prints, records or sends. Ranges: 1 config, 2 authentication, 3 policy, 4 registry,
 * 5 backend, 6 approval, 7 audit, 8 protocol. `docs/reference/codes.md` is generated from this table.
 */
export const CODES = {
  ...CONFIG_CODES,
  ...POLICY_CODES,
  ...INSPECTION_CODES,
  ...REGISTRY_CODES,
  ...ALERT_CODES,
  ...SHIPPING_CODES,
  SP2001: entry('The request carries no valid key.', 'Send `Authorization: Bearer KEY` with a key of your operator.'),
  SP2002: entry(
    'A key stands in the URL of a request.',
    'Send it in the Authorization header, and replace it: URLs are written down in many places.',
  ),
  SP2003: entry(
    'Too many requests that proved nobody came from one address.',
    'Use what is right, which still counts; `security.auth.lockout` says how many are borne and for how long it lasts.',
  ),
  SP2004: entry(
    'Others can reach the address to listen on, and no API key is configured.',
    'Add `security.auth.api_keys` (`sallyport token hash` makes one), or listen on 127.0.0.1.',
  ),
  SP2005: entry(
    'An API key stands in the config itself.',
    'Write its hash, which `sallyport token hash` prints, or take it from the environment: `${NAME}`.',
  ),
  SP2006: entry(
    'The Host or the Origin of a request is not an allowed one.',
    'Add it to `server.allowed_hosts` or `server.allowed_origins` if it is yours.',
  ),
  SP2007: entry(
    'Somebody is to prove who they are, and nothing says how that is verified.',
    'Add `auth.secret: ${NAME}`, or `security.auth.jwt` with `jwks_uri`.',
  ),
  SP2008: entry('The token of a request is not valid.', 'Get a new one from its issuer; the log says what was wrong.'),
  SP2009: entry(
    'The proof that a token is in the right hands (DPoP) is missing or wrong.',
    'Send a fresh proof with each request, signed by the key the token is bound to.',
  ),
  SP2010: entry(
    'The client certificate stands for nobody, or not for this token.',
    'Add it to `security.auth.certificates`.',
  ),
  SP2011: entry(
    'Who could tell whether a token is valid cannot be reached.',
    'Look at the log for `jwks_uri` or `introspection.url`; known keys go on to count for the time of `grace`.',
  ),
  SP2012: entry(
    'What tokens are to be verified with is of no use.',
    'A secret has at least 32 bytes for HS256, 48 for HS384 and 64 for HS512; keys come over https or from a file.',
  ),
  SP2013: entry(
    'More proofs of possession came than can be remembered.',
    'Wait a moment. If it comes again, set a shorter `dpop_window`, or let fewer requests be made with one key.',
  ),
  SP2014: entry(
    'The token has no scope that permits this.',
    'Get one with the scope the challenge names; `security.auth.oauth` says which scopes permit what.',
  ),
  SP2015: entry(
    'A client on standard input showed the credential of somebody else than who it was before.',
    'Start the client again: one process of the gateway serves one principal.',
  ),
  SP2016: entry(
    'The key our own tokens are signed with cannot be used.',
    'The file must be yours alone (0600) and hold private keys of P-256; take it away, and a new key is made.',
  ),
  SP2017: entry(
    'The file of what was taken back cannot be read.',
    'Mend it, or write it anew with `sallyport token revoke`; until then what it said before holds, and nothing starts.',
  ),
  SP2018: entry(
    'An API key runs out within 14 days, or has.',
    'Make another one for the same client (`sallyport token hash`), hand it out, and take this one out afterwards.',
  ),
  SP2019: entry(
    'A user has to agree before the backend can be used for them.',
    'Run `sallyport login` with the name of the backend.',
  ),
  SP2020: entry(
    'The authorization server of a backend gave no token.',
    'Look at what it answered; check `credentials` of the backend, and whether the server can be reached.',
  ),
  SP5001: entry('The backend could not be started.', 'Run its command by hand; `sallyport doctor` shows what was run.'),
  SP5002: entry(
    'The backend ended while it was working.',
    'The call may have taken effect: check before repeating it.',
  ),
  SP5003: entry(
    'The call took longer than allowed.',
    'It may still take effect; raise `limits.execution_timeout_secs`.',
  ),
  SP5004: entry('The backend does not read what it is sent.', 'Wait, or restart it.'),
  SP5005: entry('The backend failed too often and rests.', 'See why in the log; it is tried again later.'),
  SP5006: entry('The backend sent something that is not a valid answer.', 'Update or report the server.'),
  SP5007: entry('The backend was not ready in time.', 'Raise `start_timeout_secs`, or pin and preinstall its package.'),
  SP5008: entry('The backend speaks a revision of the protocol that does not fit.', 'Set its `era`, or update it.'),
  SP5009: entry(
    'The backend wrote too much that is not JSON-RPC to its standard output.',
    'Report it; logs belong on standard error.',
  ),
  SP5010: entry('Sallyport is shutting down.', 'Start the client again.'),
  SP5011: entry('The backend cannot be reached.', 'Check its `url`, the network and its certificate.'),
  SP5012: entry('The backend does not accept our credentials.', 'Check `headers` or `credentials` of the backend.'),
  SP5013: entry(
    'The backend leads to an address that is not allowed.',
    'Check its `url`; `allow_private` or `allow_insecure` permit what is meant.',
  ),
  SP5014: entry(
    'The backend answered an HTTP request with something that is no answer.',
    'Check its `url` and `transport`; the call may have taken effect.',
  ),
  SP5015: entry('The session with the backend has ended.', 'Nothing: the next call opens another one.'),
  SP5016: entry(
    'As many processes of backends run as may.',
    'Wait until sessions end, or raise `limits.max_processes`.',
  ),
  SP5017: entry(
    'A request to the backend could not be authorized, so it was not made.',
    'The message says what was missing; look at `credentials` of the backend.',
  ),
  SP5020: entry(
    'A connection was refused by the rules on hosts.',
    'Add the host to `domains.allow` of a rule for the backend if it is meant to be reached.',
  ),
  SP5021: entry(
    'The host of a connection leads into a network that is not open to it.',
    'Write the address, its network or `host:port` into `domains.allow`; metadata services are never open.',
  ),
  SP5022: entry(
    'The bytes a backend may send and receive are used up.',
    'See in the audit log where they went; the limit counts anew when the backend is started again.',
  ),
  SP5023: entry(
    'The sandbox of a backend cannot be built as it is configured.',
    'Do what the hint says; `sallyport doctor` shows what works on this machine.',
  ),
  SP5024: entry(
    'No sandbox could be built for a backend, and it runs without one.',
    'Do what the hint says, or set `sandbox.mode` to `required` or `off`.',
  ),
  SP5025: entry(
    'A credential of a backend could not be had, so the backend was not started.',
    'Do what the hint says; a file must be for its owner alone, a command must print the secret and end well.',
  ),
  SP5026: entry(
    'A held-back credential was sent to a host it is not for.',
    'Add the host to `hosts` of the variable if it is meant; else find out why the server sends it there.',
  ),
  SP5030: entry(
    'The backend used more than one of its limits allows and was ended.',
    'The call may have taken effect; raise the limit under `sandbox` if the work needs more.',
  ),
  SP5040: entry(
    'A detector fails or is too late.',
    'See why in the log; `on_error` says what it means for texts meanwhile, and it is asked again by itself.',
  ),
  SP6001: entry('A person refused this call.', 'Ask them why, or do it another way.'),
  SP6002: entry(
    'Nobody answered in time whether this call may be made.',
    'Make the call again when somebody is there.',
  ),
  SP6003: entry(
    'A person must agree to this, and nobody can be asked here.',
    'Have somebody reachable (a client with forms, `sallyport top`, `notify`), or change the rule the record names.',
  ),
  SP6004: entry('A person must agree first and was told.', 'Make the same call again once they have agreed.'),
  SP6005: entry(
    'Too many calls wait for a person to agree, or waited for nothing.',
    'Wait until some of them are answered, or some minutes.',
  ),
  SP6006: entry(
    'What a person agreed to is not this call, or no longer.',
    'Make the call again, so that a person is asked anew.',
  ),
  SP6007: entry(
    'An answer about a call does not count.',
    'Answer in the way and as the person the message names; the request goes on to wait.',
  ),
  SP6008: entry(
    'An answer or a grant came from what is no person at a terminal.',
    'Answer in a terminal of your own, which no MCP client and no server has started.',
  ),
  SP7001: entry('The audit log could not be written.', 'Free space or mend the folder; calls stay denied until then.'),
  SP7002: entry('The audit log was changed, cut or reordered.', 'Treat the records after this point as unproven.'),
  SP7003: entry('The last record was not written to its end.', 'Usual after a crash; the records before it are sound.'),
  SP7004: entry(
    'The audit folder holds more than `audit.rotate.keep` full segments would.',
    'Archive old files, shorten `audit.retention`, or raise `keep`; nothing inside `retention` is deleted.',
  ),
  SP7005: entry(
    'A checkpoint of the audit log could not be written.',
    'Mend what the message names; calls go on, and the next checkpoint covers all records since the last.',
  ),
  SP7006: entry(
    'A checkpoint does not fit the audit log.',
    'Records it covers were changed or cut off, or it was: compare with the copy kept elsewhere.',
  ),
  SP8001: entry('The frame is not JSON.', 'One message a line, strict JSON.'),
  SP8002: entry('The frame is not UTF-8.', 'Encode messages as UTF-8.'),
  SP8003: entry('The frame is not a JSON-RPC message.', 'See JSON-RPC 2.0 and the MCP specification.'),
  SP8004: entry('The frame is larger than allowed.', 'Send less, or raise `limits.max_frame_bytes`.'),
  SP8005: entry('The frame is nested deeper than allowed.', 'Flatten it, or raise `limits.max_json_depth`.'),
  SP8006: entry('A key stands twice in one object.', 'Send each key once: two readers could pick different ones.'),
  SP8007: entry('The id is not a string or an integer.', 'Use a string or an integer up to 2^53 - 1.'),
  SP8008: entry('The id belongs to a request that is still running.', 'Use a new id for each request.'),
  SP8009: entry('The session has not been initialized.', 'Send `initialize` first.'),
  SP8010: entry('The session is initialized already.', 'Send `initialize` once.'),
  SP8011: entry('This revision has no batches.', 'Send messages one by one.'),
  SP8012: entry('A key could be read as another one.', 'Spell protocol keys plainly and in lower case as specified.'),
  SP8013: entry('A required field is missing or has the wrong type.', 'See the MCP specification of this method.'),
  SP8014: entry('The cursor is not one this session was given.', 'List from the start.'),
  SP8015: entry(
    'The request state is not one this session was given, or was used before.',
    'Make the call again from the start.',
  ),
  SP8016: entry('The task is not known.', 'Use a task id from this session.'),
  SP8017: entry('The revision of the protocol is not supported.', 'Use one of the revisions listed.'),
  SP8018: entry('The client has not declared a capability this needs.', 'Declare it in the request.'),
  SP8019: entry('There are too many messages in one batch.', 'Send at most 50.'),
  SP8020: entry('There is no such tool, prompt or resource.', 'List what there is and use a name from the list.'),
  SP8021: entry('A header does not say what the body says.', 'Send the headers the MCP specification asks for.'),
  SP8022: entry('The session is not known, or not this one.', 'Initialize again.'),
  SP8023: entry('There are too many sessions or requests.', 'End some, or raise the limits of `server`.'),
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof CODES;
