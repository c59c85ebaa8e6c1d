/** What a code stands for: `meaning` says what happened, `next` what to do about it. */
export interface CodeEntry {
  readonly meaning: string;
  readonly next: string;
}

/**
 * Every code Sallyport prints, records or sends. Ranges: 1 config, 2 authentication, 3 policy, 4 registry,
 * 5 backend, 6 approval, 7 audit, 8 protocol. `docs/reference/codes.md` is generated from this table.
 */
export const CODES = {
  SP1001: entry('The config file cannot be read.', 'Check the path and its permissions, or leave out `--config`.'),
  SP1002: entry('The config file is not valid YAML.', 'Mend the line the message points at.'),
  SP1003: entry('The config has a key Sallyport does not know.', 'Remove it, or use the key the message suggests.'),
  SP1004: entry('A `${VAR}` names a variable that is not set.', 'Set it, or give a default: `${VAR:-value}`.'),
  SP1005: entry('A value has the wrong type or is out of range.', 'Use a value the message describes.'),
  SP1006: entry('A required key is missing.', 'Add it; `sallyport schema` prints the whole schema.'),
  SP1007: entry('Two backends have the same name.', 'Rename one; names are unique.'),
  SP1008: entry('No backend is configured.', 'Add one under `backends`, or use `sallyport wrap -- COMMAND`.'),
  SP1009: entry(
    'A backend name would turn its resource URIs into a scheme other programs know.',
    'Choose another name, for example `git-server` instead of `git`.',
  ),
  SP1010: entry('A pattern is not a valid glob.', 'At most 3 stars a segment and 8 alternatives; see docs/policy.md.'),
  SP1012: entry('The config has a version this Sallyport does not read.', 'Use `version: 1`.'),
  SP1013: entry(
    'The config could not be reloaded; the old one stays in force.',
    'Mend the faults and send SIGHUP again.',
  ),
  SP1014: entry('A setting changed that only a restart can apply.', 'Restart the client that runs Sallyport.'),
  SP1015: entry(
    'The certificate could not be reloaded; the old one stays in use.',
    'Put a certificate and its own key in place; both files are read again when they change.',
  ),
  SP1101: entry('A pattern matches no tool its backend offers.', 'Compare it with the names `sallyport doctor` lists.'),
  SP1102: entry(
    'A package is launched without an exact version.',
    'Write `name@1.2.3`, so that what runs is what was reviewed.',
  ),
  SP1103: entry('A secret stands literally in the config.', 'Move it to the environment and write `${NAME}`.'),
  SP1104: entry(
    'A secret stands in the arguments of a backend.',
    'Pass it in `env`: arguments are visible to every user.',
  ),
  SP1105: entry(
    'The profile names a check this version does not have.',
    'Nothing; the rest of the profile is in force.',
  ),
  SP1106: entry(
    'A tool name is longer than some clients take.',
    'Lower `names.max_length`, or shorten the backend name.',
  ),
  SP1107: entry(
    'A proxy URL holds a password and is not handed to backends.',
    'List the variable in `pass_env` if a backend needs it.',
  ),
  SP1108: entry(
    'Keys of clients would cross the network unencrypted.',
    'Set `server.tls`, or list the proxy that ends TLS in `server.trusted_proxies`.',
  ),
  SP1109: entry(
    'No name is configured by which clients may call the server.',
    'Set `server.public_url`, or list names in `server.allowed_hosts`.',
  ),

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

  SP3001: entry('No rule grants this, and the default is to deny.', 'Add it to the `allowed_*` list of its backend.'),
  SP3002: entry('A list keeps this hidden.', 'Change `allowed_*` or `denied_*` of its backend.'),
  SP3003: entry('A check failed, so the call was denied.', 'Look for the same decision id in the log.'),
  SP3004: entry('Something that had to be done first could not be done.', 'Look for the same decision id in the log.'),
  SP3005: entry('The method is not one Sallyport knows.', 'List it in `policies.methods.allow` if it should pass.'),
  SP3006: entry('Requests of this kind from servers are not allowed.', 'Change `policies.requests`.'),
  SP3011: entry('The request is larger than allowed.', 'Send less, or raise `limits.max_request_bytes`.'),
  SP3012: entry('The answer is larger than allowed.', 'Ask for less, or raise `limits.max_response_bytes`.'),
  SP3013: entry(
    'Too many calls are running on this backend.',
    'Wait for one to end, or raise `limits.max_concurrent_calls`.',
  ),
  SP3014: entry('The arguments are nested deeper than allowed.', 'Flatten them, or raise `limits.max_json_depth`.'),
  SP3021: entry('A server asked the user for a secret.', 'Secrets belong in the environment, never in a form.'),
  SP3022: entry(
    'A server sent the user to an address that hides where it leads.',
    'Check the server; only plain https links pass.',
  ),
  SP3023: entry('A server has too many questions open.', 'Answer some first.'),
  SP3024: entry(
    'A server asked the client something outside any call.',
    'Servers may ask only while they work on a call.',
  ),
  SP3025: entry(
    'The client refused what the server had to know for a call.',
    'Answer the question, or allow the kind of request in the client.',
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

function entry(meaning: string, next: string): CodeEntry {
  return { meaning, next };
}
