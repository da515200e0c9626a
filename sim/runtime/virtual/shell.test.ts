import { describe, expect, it } from 'vitest';
import { TestWorld } from './test-world.ts';

const COUNTER = 'n=$(cat /tmp/n 2>/dev/null || echo 0); n=$((n+1)); echo $n > /tmp/n; echo try $n; [ $((n%3)) -eq 0 ]';

function busybox() {
  const world = new TestWorld();
  world.sandbox();
  const containerID = world.start({ image: 'registry.local/busybox:1.35', args: ['sleep', '6000'] });
  return { world, containerID };
}

describe('commands in a container', () => {
  const { world, containerID } = busybox();

  it.each([
    ['echo out1; echo err1 1>&2; echo out2; exit 1', 1, 'out1\nout2\n', 'err1\n'],
    ['printf "line 1\\nline 2\\n\\n  indented\\tTab\\n"; exit 2', 2, 'line 1\nline 2\n\n  indented\tTab\n', ''],
    ['printf "a\\000b\\377\\033[31mred"; exit 1', 1, 'a\0b\uFFFD\x1b[31mred', ''],
    ['test -f /tmp/a || { echo missing a >&2; exit 4; }', 4, '', 'missing a\n'],
    ['echo \'say "hi" & <tag> %d %s \\\\\'; exit 1', 1, 'say "hi" & <tag> %d %s \\\\\n', ''],
    ['kill -9 $', 1, '', "sh: invalid number '$'\n"],
    ['kill -9 $$', 137, '', ''],
    ['echo x > /tmp/probe && rm /tmp/probe', 0, '', ''],
    ['rm /tmp/probe', 1, '', "rm: can't remove '/tmp/probe': No such file or directory\n"],
    ['cat /etc/shadow', 1, '', "cat: can't open '/etc/shadow': No such file or directory\n"],
    ['cat < /etc/shadow', 1, '', "sh: can't open /etc/shadow: no such file\n"],
    ['echo x > /no/x', 1, '', "sh: can't create /no/x: nonexistent directory\n"],
    ['nosuch', 127, '', 'sh: nosuch: not found\n'],
    ['true && echo a || echo b; false && echo c || echo d; ! true; echo $?', 0, 'a\nd\n1\n', ''],
    ['if [ -e /tmp ]; then echo yes; else echo no; fi', 0, 'yes\n', ''],
    ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done', 0, '1\n3\n', ''],
    ['for i in a "b c"; do echo "<$i>"; done', 0, '<a>\n<b c>\n', ''],
    ['echo a b c | wc -w; (exit 3); echo $?', 0, '3\n3\n', ''],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a script of the shell.
    ['X=1 Y="a  b"; echo "$Y" $Y ${Z:-none} ${#Y}', 0, 'a  b a b none 4\n', ''],
    ['cat <<EOF\nhome $HOME\nEOF\necho done', 0, 'home /root\ndone\n', ''],
    ["cat <<'EOF'\nhome $HOME\nEOF", 0, 'home $HOME\n', ''],
    ['echo a > /tmp/f; echo b >> /tmp/f; cat /tmp/f', 0, 'a\nb\n', ''],
    ['set -e; false; echo never', 1, '', ''],
    ["trap 'echo bye' EXIT; echo hi; exit 7", 7, 'hi\nbye\n', ''],
    ['[ 1 -eq x ]', 2, '', "[: invalid number 'x'\n"],
    ['sleep x', 1, '', "sleep: invalid number 'x'\n"],
    ['date +%s%N', 0, expect.stringMatching(/^\d{10}%N\n$/), ''],
    ['echo "unterminated', 2, '', 'sh: unterminated quoted string\n'],
    ['exit 255', 255, '', ''],
  ])('%s', (script, code, stdout, stderr) => {
    expect(world.sh(containerID, script)).toMatchObject({ outcome: 'exited', code, stdout, stderr });
  });

  it('keep files between execs', () => {
    const outcomes = [1, 2, 3].map(() => world.sh(containerID, COUNTER));
    expect(outcomes.map((outcome) => [outcome?.code, outcome?.stdout])).toEqual([
      [1, 'try 1\n'],
      [1, 'try 2\n'],
      [0, 'try 3\n'],
    ]);
  });

  it('leave a background job that holds no output behind; it goes on until its container ends', () => {
    const { world: own, containerID: id } = busybox();
    const begin = own.clock.now();
    expect(own.sh(id, '(sleep 5; touch /tmp/late) >/dev/null 2>&1 &')).toMatchObject({ outcome: 'exited', code: 0 });
    expect(own.clock.now() - begin).toBeLessThan(1000);
    expect(own.sh(id, 'test -e /tmp/late')?.code).toBe(1);
    own.clock.runUntil(begin + 6000);
    expect(own.sh(id, 'test -e /tmp/late')?.code).toBe(0);
  });

  it('run without a shell, too', () => {
    expect(world.exec(containerID, ['ls', '-1', '/tmp', '/nonexistent'])).toMatchObject({
      code: 1,
      stderr: 'ls: /nonexistent: No such file or directory\n',
    });
    expect(world.exec(containerID, ['/bin/false'])).toMatchObject({ outcome: 'exited', code: 1 });
  });

  it('that are not there are an error, not an exit', () => {
    expect(world.exec(containerID, ['nosuch'])).toMatchObject({
      outcome: 'error',
      stderr: expect.stringContaining('exec: "nosuch": executable file not found in $PATH: unknown'),
    });
  });

  it.each(['case a in a) echo;; esac', 'f() { echo; }'])('%s: what the shell cannot do is said', (script) => {
    expect(world.sh(containerID, script)).toMatchObject({ code: 2 });
    world.advance(10);
    expect(world.of('notice').at(-1)).toMatchObject({ code: 'SHELL_UNSUPPORTED' });
  });
});

describe('time-outs of commands', () => {
  it.each([
    ['echo before; sleep 10', 1000, 'timeout', 1045],
    ['while :; do :; done', 1000, 'timeout', 1045],
    // Children that hold the output are waited for, as containerd does.
    ['sleep 20 & sleep 20; echo never', 2000, 'timeout', 20_040],
    ['trap "" TERM; echo partial; while :; do sleep 1; done', 1500, 'timeout', 2040],
    // Its second sleep has begun when the signal comes.
    ['trap "" TERM; echo partial; while :; do sleep 1; done', 1000, 'timeout', 2040],
    ['sleep 20 & echo quick; exit 0', undefined, 'exited', 20_040],
    // Over in time, whoever holds its output.
    ['sleep 20 & echo quick; exit 0', 1000, 'exited', 20_040],
    ['sleep 20 >/dev/null 2>&1 & echo quick; exit 0', undefined, 'exited', 40],
  ] as const)('%s', (script, timeoutMs, outcome, took) => {
    const { world, containerID } = busybox();
    expect(world.sh(containerID, script, timeoutMs)).toMatchObject({ outcome, took });
  });
});

describe('the documented busybox line', () => {
  it('makes the file and takes it away', () => {
    const world = new TestWorld();
    world.sandbox();
    const containerID = world.start({
      image: 'registry.k8s.io/busybox',
      args: ['/bin/sh', '-c', 'touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600'],
    });
    expect(world.exec(containerID, ['cat', '/tmp/healthy'])).toMatchObject({ code: 0, stdout: '' });
    world.advance(30_000);
    expect(world.exec(containerID, ['cat', '/tmp/healthy'])).toMatchObject({
      code: 1,
      stderr: "cat: can't open '/tmp/healthy': No such file or directory\n",
    });
  });
});
