import { type CodeEntry, entry } from './code-entry.ts';

/** Codes of the config: faults from SP1001 on, warnings from SP1101 on. */
export const CONFIG_CODES = {
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
  SP1011: entry(
    'A regular expression is not one that runs in linear time.',
    'Leave out look-around and back-references; at most 512 characters.',
  ),
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
  SP1016: entry(
    'A condition (`when`) is no sound CEL expression.',
    'Mend it where the message points; docs/policy.md lists the variables.',
  ),
  SP1017: entry('A role, tenant, preset or sink is named that is not defined.', 'Define it, or mend the name.'),
  SP1018: entry(
    'A file of the project sets a key that only a trusted file may set; it was ignored.',
    'Read the file, then run `sallyport trust`.',
  ),
  SP1019: entry(
    'The trust in a file of the project ended: it, or what it refers to, has changed.',
    'Look at the change, then run `sallyport trust` again.',
  ),
  SP1020: entry(
    'A file of the project was not read: its folder can be written by others.',
    'Take the write permission away, or name the file with `--config`.',
  ),
  SP1021: entry(
    'A schedule cannot be understood.',
    'Days as `mon`, hours as `08:00-18:00`, the timezone by its IANA name.',
  ),
  SP1022: entry(
    'A JSON Schema in the config cannot be used.',
    'Mend it where the message points; only references inside it are followed.',
  ),
  SP1023: entry('The policy could not be compiled.', 'Mend what the message names.'),
  SP1024: entry(
    'The classifier cannot be run.',
    'Put the file where the config names it, or install `onnxruntime-node` as docs/detectors.md says.',
  ),
  SP1030: entry(
    'Others could read the metrics without showing anything.',
    'Add `metrics.token: ${NAME}`, listen on 127.0.0.1, or say `metrics.allow_public: true`.',
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
  SP1110: entry('A rule can never change anything.', 'Remove it, or the rule that comes before it in effect.'),
  SP1111: entry('A pattern amounts to allowing any command.', 'Name the commands that are really needed.'),
  SP1112: entry(
    'A rule judges an argument its tools do not have.',
    'Name the arguments with `in`, as `sallyport doctor` lists them.',
  ),
  SP1113: entry(
    'A limit or budget counts for something no client has.',
    'Give keys a tenant or roles, or count per client.',
  ),
  SP1114: entry(
    'A part of a sandbox is configured that does not hold as it is.',
    'Set its `mode` or `network` so that it does, or remove the part.',
  ),
} as const satisfies Record<string, CodeEntry>;
