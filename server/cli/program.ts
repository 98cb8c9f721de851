import { Command, Option } from 'commander'
import { addPlugins } from './plugin-program.ts'
import { version } from './version.ts'

/** All commands. What they need is loaded when they run, so that `--help` answers at once. */
export function program(): Command {
  const sapa = new Command('sapa')
    .description('Sapa, the helpdesk: every channel in one inbox.')
    .version(version(), '-v, --version')
    // What stands behind a command is the command's own.
    .enablePositionalOptions()
    .showHelpAfterError('Run it with --help to see what it takes.')
    .addHelpText('after', environment)
  addServing(sapa)
  addPeople(sapa)
  addAccounts(sapa)
  addPlugins(sapa)
  addCare(sapa)
  return sapa
}

const environment = `
Environment: DATA_DIR (./data) says where everything lies; PORT, HOST, PUBLIC_URL, TRUST_PROXY,
LOG_LEVEL and SAPA_SECRET_KEY are described in docs/operations.md.
Commands end with 0 when they did what was asked, else with 1 and a sentence that says why.`

function addServing(sapa: Command): void {
  sapa
    .command('start')
    .description('run the server until it is told to stop (SIGTERM, Ctrl-C)')
    .option('--safe', 'without any plugin; what is switched on stays switched on')
    .action(async () => void (await import('../main.ts')))
  sapa
    .command('demo')
    .description('run a living example shop on a temporary folder that is removed at the end')
    .action(async () => (await import('./demo.ts')).runDemo())
  sapa
    .command('migrate')
    .description('bring the database up to date, with a copy before; the server must be stopped')
    .action(async () => (await import('./migrate.ts')).migrateAll())
  sapa
    .command('setup')
    .description('name the business and make its first owner, instead of the /setup page')
    .requiredOption('--email <address>', 'with which the owner signs in')
    .requiredOption('--business <name>', 'name of the business')
    .option('--name <name>', 'name of the owner; default: what stands before the @')
    .addOption(locale('language of the interface').default('id'))
    .option('--time-zone <zone>', 'such as Asia/Makassar', 'Asia/Jakarta')
    .addOption(password())
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText('after', passwordHelp)
    .action(async options => (await import('./setup.ts')).setUp(options))
}

function addPeople(sapa: Command): void {
  const agent = sapa.command('agent').description('people who answer')
  agent
    .command('create')
    .description('add somebody; without a password it prints a link to choose one')
    .requiredOption('--email <address>', 'with which they sign in')
    .requiredOption('--name <name>', 'as customers and colleagues see it')
    .addOption(
      new Option('--role <role>', 'what they may do')
        .choices(['owner', 'admin', 'supervisor', 'agent', 'guest'])
        .default('agent')
    )
    .addOption(locale('their language; default: that of the installation'))
    .option('--time-zone <zone>', 'such as Asia/Makassar; default: that of the installation')
    .addOption(password())
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText('after', passwordHelp)
    .action(async options => (await import('./agent-create.ts')).createAgent(options))

  const token = sapa.command('token').description('tokens for programs that use /api/v1')
  token
    .command('create')
    .description('make a token; it is printed once and never again')
    .requiredOption('--agent <address>', 'whose rights it has')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--days <days>', 'after how many days it ends; default: never')
    .action(async options => (await import('./token-create.ts')).createToken(options))
}

function addAccounts(sapa: Command): void {
  const account = sapa.command('account').description('mailboxes, numbers and bots')
  account
    .command('create')
    .description('connect an account of a channel')
    .requiredOption('--type <channel>', 'such as email')
    .option('--name <name>', 'as agents see it; default: its address')
    .option('--address <address>', 'its own address; default: what the form or the test says')
    .option('--set <field=value>', 'a field of its form; may be repeated', collect, [])
    .option('--secret-from-env <field=VARIABLE>', 'a secret field; may be repeated', collect, [])
    .option('--secret-stdin <field>', 'read this secret field from standard input')
    .option('--acknowledgement <text>', 'answer to every new conversation, with {number}')
    .option('--suggest', 'fill in what the channel can find out, such as mail servers')
    .option('--test', 'test the connection first; nothing is stored when it fails')
    .option('--fields', 'only list the fields of the form')
    .action(async options => (await import('./account-create.ts')).connectAccount(options))
}

function addCare(sapa: Command): void {
  sapa
    .command('doctor')
    .description('look for problems; changes nothing and may run beside the server')
    .option('--json', 'for programs')
    .action(async options => (await import('./doctor.ts')).examine(options))
  sapa
    .command('recovery-link')
    .description('print a link that opens /recovery once, for when plugins lock you out')
    .action(async () => (await import('./recovery-link.ts')).printRecoveryLink())
  sapa
    .command('backup')
    .description('write everything into one file, also while the server runs')
    .argument('<file>', 'such as /backups/sapa.tar; replaced as a whole when it is a backup')
    .option('--with-key', 'include the secret key that opens the passwords of channels')
    .action(async (file, options) => (await import('./backup.ts')).backUp(file, options))
  sapa
    .command('restore')
    .description('put a backup into DATA_DIR; the server must be stopped')
    .argument('<file>', 'a file that `sapa backup` has written')
    .option('--force', 'also when DATA_DIR is not empty; what is there is moved aside')
    .action(async (file, options) => (await import('./restore.ts')).restore(file, options))
}

const locale = (text: string) => new Option('--locale <language>', text).choices(['id', 'en'])

const password = () =>
  new Option('--password <password>', 'seen by other users of this machine; better see below')

const passwordHelp = `
The password comes from --password-stdin or the variable SAPA_PASSWORD, so that it does not stand
in the list of processes.`

const collect = (value: string, before: string[]) => [...before, value]
