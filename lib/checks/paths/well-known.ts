/** Where people and programs keep what opens doors. `~` is the home folder. */
export const CREDENTIAL_FILES: readonly string[] = [
  '~/.ssh',
  '~/.aws',
  '~/.azure',
  '~/.kube',
  '~/.gnupg',
  '~/.oci',
  '~/.config/{gcloud,gh,hub,glab-cli,doctl,op,1Password,rclone}',
  '~/.config/{Bitwarden,sops}',
  '~/.docker/config.json',
  '~/{.netrc,_netrc,.npmrc,.pypirc,.git-credentials,.pgpass,.my.cnf,.vault-token}',
  '~/{.s3cfg,.boto,.terraformrc,.yarnrc.yml,.config/git/credentials,.config/pip/pip.conf}',
  '~/{.terraform.d/credentials.tfrc.json,.m2/settings.xml,.gem/credentials,.gradle/gradle.properties}',
  '~/.cargo/credentials*',
  '~/.cargo/credentials.toml',
  '~/{.password-store,.local/share/keyrings,.local/share/kwalletd,Library/Keychains}',
  '~/{.mozilla,.thunderbird,.config/google-chrome,.config/chromium,.config/microsoft-edge,.config/BraveSoftware}',
  '~/Library/Application Support/{Google/Chrome,Firefox,BraveSoftware,Microsoft Edge,1Password}',
  '~/Library/Cookies',
  '~/AppData/{Local,Roaming}/{Google/Chrome,Mozilla,Microsoft/Credentials,Microsoft/Protect}',
  '/etc/{shadow,shadow-,gshadow,gshadow-,sudoers,sudoers.d,krb5.keytab}',
  '/etc/{ssl/private,wireguard}',
  '/etc/ssh/{ssh_host_rsa_key,ssh_host_dsa_key,ssh_host_ecdsa_key,ssh_host_ed25519_key}',
  '**/.env*',
  '**/*.{key,pem,p12,pfx,jks,keystore,kdbx}',
  '**/id_{rsa,dsa,ecdsa,ed25519}*',
];

/** Of those, what is part of a project: it says how things are called and holds no secret. */
export const EXAMPLES_OF_THEM: readonly string[] = ['**/.env.{example,sample,template}'];

/** Of those, what may be read. */
export const READABLE_OF_THEM: readonly string[] = ['**/*.pub', ...EXAMPLES_OF_THEM];

/** Files that change what agents, editors, shells and build tools will run. */
export const CONTROL_FILES: readonly string[] = [
  '**/{.mcp.json,.envrc,.npmrc,.yarnrc,.yarnrc.yml,.pnpmfile.cjs,.pre-commit-config.yaml,.gitlab-ci.yml}',
  '**/{.claude,.cursor,.vscode,.idea,.zed,.windsurf,.devcontainer,.husky}',
  '**/{.gemini,.codex,.continue}',
  '**/.git/{hooks,config,config.worktree,info,modules,worktrees,commondir,gitdir}',
  '**/.github/{workflows,actions}',
  '**/{sallyport.yaml,sallyport.yml,sallyport.lock.json}',
  '~/{.bashrc,.bash_profile,.bash_login,.bash_logout,.bash_aliases,.profile,.inputrc}',
  '~/{.zshrc,.zshenv,.zprofile,.zlogin,.zlogout,.cshrc,.tcshrc,.kshrc}',
  '~/{.xprofile,.xinitrc,.pam_environment,.gitconfig,.vimrc,.emacs,.emacs.d}',
  '~/.config/{fish,git,autostart,systemd,environment.d,nvim,plasma-workspace}',
  '~/{.local/bin,bin,Library/LaunchAgents,.local/share/applications}',
  '/etc',
];

/** The file or folder of this very name, not what is in it. */
export const CONTROL_NAMES: readonly string[] = ['**/.git'];

/** Its scripts are run by name. */
export const PACKAGE_FILE = '**/package.json';

/** Not files but the machine itself. */
export const DEVICES: readonly string[] = ['/proc', '/dev', '/sys'];
