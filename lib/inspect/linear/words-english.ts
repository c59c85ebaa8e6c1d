/**
 * Words that do the same in an instruction, by what they do. The model learns how classes follow one another, so that
 * a sentence nobody has seen yet counts by its build. Each word belongs to the first class that names it.
 */
export const ENGLISH: Readonly<Record<string, string>> = {
  override:
    'ignore ignoring ignored disregard disregarding forget forgetting override overrides overriding overwrite bypass bypassing skip neglect overlook discard abandon supersede supersedes superseded replace replaces nullify void drop dismiss erase cease suspend suspended circumvent unlearn',
  prior:
    'previous previously prior earlier above preceding former past initial initially original originally foregoing existing old older last already beginning start default',
  directive:
    'instruction instructions directions directive directives rule rules guideline guidelines command commands order orders prompt prompts guidance constraint constraints restriction restrictions policy policies limitation limitations safeguard safeguards filter filters guardrail guardrails programming protocol protocols boundaries censorship',
  scope:
    'all any every everything each entire whole anything full fully complete completely entirely verbatim exact exactly',
  renew:
    'new following next updated revised below instead now actual real currently henceforth onwards onward onwards hereby additional further begin',
  role: 'system assistant developer admin administrator operator root superuser sudo moderator supervisor creator owner',
  machine:
    'ai llm llms chatbot chatbots gpt chatgpt claude gemini bard bot bots model models agent agents copilot openai anthropic siri alexa assistants',
  reveal:
    'reveal reveals show print prints output outputs display repeat repeating leak expose disclose dump recite echo tell say respond answer reply write state spell transcribe summarize paraphrase rephrase translate quote describe',
  send: 'send sends sending forward forwards email mail post upload uploads transmit share shares exfiltrate submit deliver copy bcc cc attach message publish relay append include embed insert pass passes',
  secret:
    'password passwords passphrase credential credentials token tokens secret secrets key keys ssh env passwd shadow apikey cookie cookies private confidential history wallet seed mnemonic ssn pin login logins id_rsa id_ed25519 authorized_keys kubeconfig config pem aws_secret_access_key',
  hush: 'secretly silently hidden quietly covertly discreetly discretely stealthily mention mentioning notify notifying inform informing alert alerting acknowledge visible notice noticing aware unaware suspicion confirmation confirm permission asking apologize explain explaining warn warnings disclaimer disclaimers',
  not: 'not never dont no without refuse refusing refuses decline avoid nor neither cannot cant wont shouldnt mustnt doesnt arent isnt none',
  must: 'must should shall required requires mandatory need needs have has always ensure strictly obey comply complies adhere follow obligatory necessary essential supposed forced absolutely',
  urgent:
    'important urgent urgently immediately critical attention warning asap emergency priority note caution stop hey listen reminder crucial vital prerequisite precondition',
  you: 'you your yours yourself u youre youll youve thee',
  persona:
    'pretend act acting roleplay imagine simulate simulating impersonate become becomes persona character role roles mode dan jailbreak jailbroken unrestricted unfiltered uncensored evil behave playing play emulate hypothetical fictional fiction simulation stay aim omega sigma unleashed unbound unlimited freed',
  ethics:
    'ethical ethics moral morals morality legal illegal harmful unethical immoral safety unsafe dangerous inappropriate offensive explicit profanity swear curse lawful consequences judgement opinion opinions',
  order:
    'before first after once until whenever when then finally upon subsequently otherwise unless if proceed proceeding continue',
  tool: 'tool tools function functions call calling calls invoke invoking use using run running execute executing executes parameter parameters argument arguments field plugin terminal shell bash curl wget mcp',
  user: 'user users customer human humans person client clients victim recipient he she they them reader everyone',
  task: 'task tasks question questions request requests query queries conversation chat session response responses context text input words sentence goal goals objective mission work job',
  read: 'read reads open fetch access cat load retrieve find search get download collect gather extract look check visit browse navigate go lookup inspect',
  destroy:
    'delete deletes remove removes wipe destroy shutdown disable deactivate grant unlock revoke reset format kill terminate uninstall turn chmod install enable activate add create change modify update edit set',
  money:
    'transfer pay payment payments bank account accounts bitcoin btc eth crypto money usd eur dollars iban wire purchase buy invoice refund deposit withdraw withdrawal fund funds donation booking book reserve subscribe invest salary',
  place: 'http https www com net org link url website webhook server endpoint address page site domain',
  please: 'please kindly could would can may might want help lets let',
  mine: 'my me i mine our us we im ill id',
  done: 'done completed finished success successful successfully end ended ends resolved over thanks thank',
  file: 'file files folder directory path home tmp etc document documents attachment database table record records',
};
