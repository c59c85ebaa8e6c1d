import { type CodeEntry, entry } from './code-entry.ts';
import { CONFIG_CODES } from './codes-config.ts';
import { POLICY_CODES } from './codes-policy.ts';

/**
 * Every code Sallyport prints, records or sends. Ranges: 1 config, 2 authentication, 3 policy, 4 registry,
 * 5 backend, 6 approval, 7 audit, 8 protocol. `docs/reference/codes.md` is generated from this table.
 */
export const CODES = {
  ...CONFIG_CODES,
  ...POLICY_CODES,
  SP2001: entry('The request carries no valid key.', 'Send `Authorization: Bearer KEY` with a key of your operator.'),
  SP2002: entry(
    'A key stands in the URL of a request.',
    'Send it in the Authorization header, and replace it: URLs are written down in many places.',
  ),
  SP2003: entry('Too many requests with a wrong key came from one address.', 'Wait a minute and use the right key.'),
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
    'A way to authenticate is configured that this version does not have.',
    'Use `security.auth.api_keys`.',
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
  SP5012: entry('The backend does not accept our credentials.', 'Check `headers` of the backend.'),
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
  SP6003: entry('A person must agree to this, and nobody can be asked here.', 'Change the rule, or ask your operator.'),
  SP7001: entry('The audit log could not be written.', 'Free space or mend the folder; calls stay denied until then.'),
  SP7002: entry('The audit log was changed, cut or reordered.', 'Treat the records after this point as unproven.'),
  SP7003: entry('The last record was not written to its end.', 'Usual after a crash; the records before it are sound.'),
  SP7004: entry(
    'The audit folder holds more segments than `audit.rotate.keep`.',
    'Archive old ones; nothing inside `retention` is deleted.',
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
