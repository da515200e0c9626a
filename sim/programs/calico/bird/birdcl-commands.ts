/** One of BIRD's commands: its words, its arguments and what it is for. `help`: only a heading for those that go on. */
interface Command {
  words: string;
  args: string;
  about: string;
  heading?: true;
}

const PROTOCOLS = '(<protocol> | "<pattern>" | all)';
const command = (words: string, args: string, about: string): Command => ({ words, args, about });
const heading = (words: string, args: string, about: string): Command => ({ words, args, about, heading: true });

// Models bird 1.6.8 conf/commands.h, which is made of the CF_CLI lines of its grammars.
const COMMANDS: readonly Command[] = [
  heading('add roa', '...', 'Add ROA record'),
  command('add roa', '<prefix> max <num> as <num> [table <name>]', 'Add ROA record'),
  heading('configure', '...', 'Reload configuration'),
  command('configure', '["<file>"] [timeout [<sec>]]', 'Reload configuration'),
  command('configure check', '["<file>"]', 'Parse configuration and check its validity'),
  command('configure confirm', '', 'Confirm last configuration change - deactivate undo timeout'),
  command('configure soft', '["<file>"] [timeout [<sec>]]', 'Reload configuration and ignore changes in filters'),
  command('configure soft timeout', '[<sec>]', 'Reload configuration with undo timeout'),
  command('configure timeout', '[<sec>]', 'Reload configuration with undo timeout'),
  command('configure undo', '', 'Undo last configuration change'),
  heading('debug', '...', 'Control protocol debugging via BIRD logs'),
  command(
    'debug',
    `${PROTOCOLS} (all | off | { states|routes|filters|interfaces|events|packets [, ...] })`,
    'Control protocol debugging via BIRD logs',
  ),
  heading('delete roa', '...', 'Delete ROA record'),
  command('delete roa', '<prefix> max <num> as <num> [table <name>]', 'Delete ROA record'),
  command('disable', `${PROTOCOLS} [message]`, 'Disable protocol'),
  command('down', '', 'Shut the daemon down'),
  heading('dump', '...', 'Dump debugging information'),
  command('dump attributes', '', 'Dump attribute cache'),
  command('dump events', '', 'Dump event log'),
  command('dump interfaces', '', 'Dump interface information'),
  command('dump neighbors', '', 'Dump neighbor cache'),
  command('dump protocols', '', 'Dump protocol information'),
  command('dump resources', '', 'Dump all allocated resource'),
  command('dump routes', '', 'Dump routing table'),
  command('dump sockets', '', 'Dump open sockets'),
  heading('echo', '...', 'Control echoing of log messages'),
  command(
    'echo',
    '(all | off | { debug|trace|info|remote|warning|error|auth [, ...] }) [<buffer-size>]',
    'Control echoing of log messages',
  ),
  command('enable', `${PROTOCOLS} [message]`, 'Enable protocol'),
  command('eval', '<expr>', 'Evaluate an expression'),
  command('exit', '', 'Exit the client'),
  command('flush roa', '[table <name>]', 'Removes all dynamic ROA records'),
  command('help', '', 'Description of the help system'),
  heading('mrtdump', '...', 'Control protocol debugging via MRTdump files'),
  command(
    'mrtdump',
    `${PROTOCOLS} (all | off | { states|messages [, ...] })`,
    'Control protocol debugging via MRTdump format',
  ),
  command('quit', '', 'Quit the client'),
  command('reload', '<protocol> | "<pattern>" | all', 'Reload protocol'),
  command('reload in', '<protocol> | "<pattern>" | all', 'Reload protocol (just imported routes)'),
  command('reload out', '<protocol> | "<pattern>" | all', 'Reload protocol (just exported routes)'),
  command('restart', `${PROTOCOLS} [message]`, 'Restart protocol'),
  command('restrict', '', 'Restrict current CLI session to safe commands'),
  heading('show', '...', 'Show status information'),
  heading('show bfd', '...', 'Show information about BFD protocol'),
  command('show bfd sessions', '[<name>]', 'Show information about BFD sessions'),
  command('show interfaces', '', 'Show network interfaces'),
  command('show interfaces summary', '', 'Show summary of network interfaces'),
  command('show memory', '', 'Show memory usage'),
  heading('show ospf', '...', 'Show information about OSPF protocol'),
  command('show ospf', '[<name>]', 'Show information about OSPF protocol XXX'),
  command('show ospf interface', '[<name>] ["<interface>"]', 'Show information about interface'),
  command(
    'show ospf lsadb',
    '[global | area <id> | link] [type <num>] [lsid <id>] [self | router <id>] [<proto>]',
    'Show content of OSPF LSA database',
  ),
  command('show ospf neighbors', '[<name>] ["<interface>"]', 'Show information about OSPF neighbors'),
  heading('show ospf state', '[all] [<name>]', 'Show information about OSPF network state'),
  command('show ospf state', '[<name>]', 'Show information about reachable OSPF network state'),
  command('show ospf state all', '[<name>]', 'Show information about all OSPF network state'),
  heading('show ospf topology', '[all] [<name>]', 'Show information about OSPF network topology'),
  command('show ospf topology', '[<name>]', 'Show information about reachable OSPF network topology'),
  command('show ospf topology all', '[<name>]', 'Show information about all OSPF network topology'),
  command('show protocols', '[<protocol> | "<pattern>"]', 'Show routing protocols'),
  command('show protocols all', '[<protocol> | "<pattern>"]', 'Show routing protocol details'),
  heading('show rip', '...', 'Show information about RIP protocol'),
  command('show rip interfaces', '[<name>] ["<interface>"]', 'Show information about RIP interfaces'),
  command('show rip neighbors', '[<name>] ["<interface>"]', 'Show information about RIP neighbors'),
  heading('show roa', '...', 'Show ROA table'),
  command('show roa', '[<prefix> | in <prefix> | for <prefix>] [as <num>] [table <t>]', 'Show ROA table'),
  heading('show route', '...', 'Show routing table'),
  command(
    'show route',
    '[<prefix>|for <prefix>|for <ip>] [table <t>] [filter <f>|where <cond>] [all] [primary] [filtered] [(export|preexport|noexport) <p>] [protocol <p>] [stats|count]',
    'Show routing table',
  ),
  command('show static', '[<name>]', 'Show details of static protocol'),
  command('show status', '', 'Show router status'),
  heading('show symbols', '...', 'Show all known symbolic names'),
  command('show symbols', '[table|filter|function|protocol|template|roa|<symbol>]', 'Show all known symbolic names'),
];

/**
 * A command with its words in full; or what the client says instead of asking.
 * Models bird 1.6 client/commands.c cmd_expand.
 */
export function expand(line: string): { command: string } | { text: string } {
  const words = line.trim().split(/\s+/);
  let known: string[] = [];
  let at = 0;
  for (; at < words.length; at++) {
    const found = nextWords(known).filter((word) => word.startsWith(words[at] ?? ''));
    const exact = found.includes(words[at] ?? '') ? words[at] : undefined;
    // The client prefers anything to `roa`.
    const likely = found.length > 1 ? found.filter((word) => word !== 'roa') : found;
    if (exact === undefined && likely.length > 1) return { text: ambiguous(known, found) };
    const next = exact ?? likely[0];
    if (next === undefined) break;
    known = [...known, next];
  }
  const full = known.join(' ');
  if (!COMMANDS.some(({ words: own, heading: isHeading }) => own === full && isHeading === undefined))
    return { text: "No such command. Press `?' for help.\n" };
  // What follows is left as it was written.
  const rest = new RegExp(`^(?:\\s*\\S+){${at}}`).exec(line)?.[0].length ?? line.length;
  return { command: full + line.slice(rest) };
}

function nextWords(known: readonly string[]): string[] {
  const prefix = known.map((word) => `${word} `).join('');
  const next = COMMANDS.filter(({ words }) => words.startsWith(prefix)).map(({ words }) => words.slice(prefix.length));
  return [...new Set(next.map((words) => words.split(' ')[0] ?? ''))].filter((word) => word !== '');
}

function ambiguous(known: readonly string[], found: readonly string[]): string {
  const lines = found.flatMap((word) => {
    const words = [...known, word].join(' ');
    const own = COMMANDS.filter((one) => one.words === words);
    const shown = own.find((one) => one.heading) ?? own[0];
    return shown === undefined ? [] : [`${`${shown.words} ${shown.args}`.padEnd(45)}  ${shown.about}\n`];
  });
  return `Ambiguous command, possible expansions are:\n${lines.join('')}`;
}
