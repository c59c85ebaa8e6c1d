import type { Hazard } from '../facts.ts';
import type { Handling, Program } from '../invocation.ts';
import { scanOptions } from '../options.ts';

const ABOUT = 'makes it run or write something else';

/** A program of which only some options decide what else runs. */
function options(risky: string, values = '', single = false): Program {
  return ({ words }): Handling => {
    const { hazards } = scanOptions(
      words,
      { risky: risky.split(' '), values: values.split(' '), about: ABOUT, single },
      1,
    );
    return { hazards };
  };
}

/** A program of which some commands, and some options, decide what else runs. */
function commands(risky: string, riskyOptions: string, values = ''): Program {
  const names = risky.split(' ');
  return (invocation): Handling => {
    const { words } = invocation;
    const found: Hazard[] = [...options(riskyOptions, values)(invocation).hazards];
    for (let at = 1; at < words.length && at < 4; at++) {
      if (words[at]!.dynamic || names.includes(words[at]!.text))
        found.push({ at, about: ABOUT }, { at: at + 1, about: ABOUT });
    }
    return { hazards: found };
  };
}

/** Every word that matches decides what else runs. */
function operands(pattern: RegExp, and: Program = () => ({ hazards: [] })): Program {
  return (invocation): Handling => {
    const found = invocation.words.flatMap((word, at): Hazard[] =>
      at > 0 && (pattern.test(word.text) || pattern.test(word.prefix)) ? [{ at, about: ABOUT }] : [],
    );
    return { hazards: [...and(invocation).hazards, ...found] };
  };
}

const TAR =
  'I= use-compress-program= to-command= checkpoint-action= F= info-script= new-volume-script= rmt-command= rsh-command= P absolute-names index-file= one-top-level=';

/** The first word of `tar` may be letters of options without a dash; the values of all follow behind it. */
const tar: Program = (invocation): Handling => {
  const found = options(TAR, 'f= C= b= X= T= file= directory= exclude=')(invocation).hazards;
  const first = invocation.words[1];
  const letters = first !== undefined && !first.text.startsWith('-') && /[IFP]/.test(first.text);
  return { hazards: letters ? [...found, { at: 1, about: ABOUT }, { at: 2, about: ABOUT }] : found };
};

const docker = commands(
  'run exec create build buildx compose cp load import plugin service stack swarm context commit export save config secret',
  'v= volume= mount= privileged pid= network= net= ipc= uts= userns= cap-add= device= security-opt= H= host= context= config= entrypoint= c= env-file= volumes-from=',
);
const kubectl = commands(
  'exec run cp apply create debug attach proxy port-forward replace patch edit delete plugin config',
  'kubeconfig= server= token= as= raw=',
);
const make = operands(
  /^[A-Za-z_][A-Za-z0-9_.]*[:?+!]*=/,
  options('f= file= makefile= eval= C= directory= I= include-dir= E= W= o=', 'j= l= jobs='),
);
const ssh = options('o= S= F= i= D= P=', 'l= c= J=');

export const OTHERS: Readonly<Record<string, Program>> = {
  tar,
  gtar: tar,
  bsdtar: options('use-compress-program= I= s= T=', 'f= C='),
  cpio: options('rsh-command= F= H= I= O='),
  rsync: options(
    'e= rsh= rsync-path= daemon M= remote-option= config= files-from= write-batch= read-batch= log-file= password-file= copy-as=',
    'f= T= B= filter= exclude= include=',
  ),
  scp: ssh,
  sftp: options('o= S= F= D= b= s='),
  docker,
  podman: docker,
  nerdctl: docker,
  kubectl,
  oc: kubectl,
  make,
  gmake: make,
  bmake: make,
  ninja: options('f= C= t='),
  cmake: options('P= E build= D= C= G= toolchain='),
  just: options('f= justfile= d= working-directory= shell= shell-arg= c= command= set='),
  rake: options('e= E= f= r= I= execute= rakefile= p='),
  ant: options('f= file= lib= logger= listener=', '', true),
  gradle: options('I= b= c= init-script= build-file= p= D= g='),
  mvn: options('f= s= D= gs='),
  java: options('cp= classpath= jar= javaagent agentlib agentpath D XX X', '', true),
  sort: options('compress-program= o= output= T=', 'k= t= S='),
  split: options('filter='),
  csplit: options('f= prefix='),
  zip: options('TT= T unzip-command= O='),
  unzip: options('d='),
  '7z': options('o'),
  rg: options('pre= hostname-bin= search-zip z', 'e= f= g= t= T= A= B= C= m= j='),
  grep: options('', 'e= f= A= B= C= m='),
  tcpdump: options('z= w= W= Z='),
  wget: options(
    'use-askpass= e= execute= config= O= output-document= P= post-file= body-file= o= a= i= input-file=',
    'U= t= T=',
  ),
  curl: options(
    'K= config= o= output= O remote-name remote-name-all T= upload-file= F= form= D= dump-header= engine= c= cookie-jar= netrc-file= unix-socket= trace= trace-ascii= stderr= output-dir=',
    'H= X= A= u= b= e= m=',
  ),
  sqlite3: operands(/^\s*\.|load_extension|writefile|edit\s*\(|ATTACH/i, options('cmd= init=', '', true)),
  psql: operands(
    /\\!|\\copy|COPY[\s\S]*PROGRAM|\\g|\\o|\\i/i,
    options('f= file= v= set= o= output= L= log-file=', 'c= d= U= h= p='),
  ),
  mysql: operands(
    /\\!|system|source|outfile|dumpfile/i,
    options('e= execute= pager= tee= plugin-dir= defaults-file= init-command='),
  ),
  gcc: options('wrapper= fplugin B= specs= o=', '', true),
  openssl: commands('engine req enc', 'engine= config= provider= provider-path= out= in='),
  ffmpeg: options('f= i=', '', true),
  ip: commands('netns exec', 'b= batch='),
  systemctl: commands('edit start enable link run set-environment', 'H= host= root='),
  dd: operands(/^of=/),
  chmod: options('reference='),
  chown: options('reference='),
  crontab: options('e u='),
  ar: options(''),
  date: options('f= file= s= set='),
  wc: options('files0-from='),
  nc: options('e= c= exec= sh-exec= lua-exec='),
  ncat: options('e= c= exec= sh-exec= lua-exec='),
  socat: operands(/exec:|system:|shell:/i),
  tee: options(''),
  logger: options('f= file='),
  xmllint: options('shell path= catalogs nocatalogs'),
  yq: options('i from-file='),
  jq: options('L= from-file= f='),
  gh: commands('alias extension api auth codespace config run secret ssh-key', 'hostname='),
  terraform: options('chdir= var-file= plugin-dir=', '', true),
  ansible: options('m= a= i= e= extra-vars= module-name= args='),
  'ansible-playbook': options('i= e= extra-vars='),
};
