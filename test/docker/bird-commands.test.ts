import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectEngine } from '../../containers/docker/engine.ts';
import { birdSession, CONFIG } from '../../sim/programs/calico/bird/bird-session.fixture.ts';
import { describeDocker, ensureImages } from './engine.ts';

/** Commands in an order in which each finds what the ones before have left. */
const COMMANDS = [
  'sh prot',
  'show',
  'show protocols',
  'show protocols nosuch',
  'show protocols "Mesh*"',
  'show protocols all "no*"',
  'show protocols all device1',
  'show protocols all Mesh_8',
  'show status x',
  'show route table nosuch',
  'show route protocol nosuch',
  'show route 10.0.0.0/8',
  'show symbols nosuch',
  'show symbols Mesh_8',
  'show roa',
  'show bfd sessions',
  'show rip interfaces',
  'show static',
  'show static kernel1',
  'disable',
  'disable nosuch',
  'disable Mesh_8',
  'disable Mesh_8',
  'restart Mesh_8',
  'reload Mesh_8',
  'show protocols all Mesh_8',
  'enable Mesh_8 "again"',
  'enable all',
  'reload device1',
  'reload out device1',
  'disable "kern*"',
  'show protocols all kernel1',
  'enable all',
  'configure check',
  'configure',
  'configure undo',
  'configure undo',
  'configure confirm',
  'configure timeout 100',
  'configure confirm',
  'configure check "/bad.cfg"',
  'configure "/none.cfg"',
  'configure x',
  'echo',
  'echo all 5000',
  'echo off',
  'debug all { states }',
  'debug nosuch all',
  'dump sockets',
  'down x',
  'help',
  '?',
  'restrict',
  'configure soft',
  'disable all',
  'reload all',
  'down',
  'show symbols master',
];

const SCRIPT = `
const socket = require('node:net').connect('/b.ctl');
const commands = ${JSON.stringify(COMMANDS)};
const answers = [];
let text = '';
socket.on('data', (data) => { text += data; });
const next = () => {
  answers.push(text);
  text = '';
  if (answers.length > commands.length) { console.log(JSON.stringify(answers.slice(1))); process.exit(); }
  socket.write(commands[answers.length - 1] + '\\n');
  setTimeout(next, 60);
};
setTimeout(next, 200);
`;

/** Without times; and with no network the real one cannot even dial. */
function masked(answer: string): string {
  return answer.replace(/\d\d:\d\d:\d\d/g, '<time>').replaceAll('Socket: Network is unreachable', '');
}

describeDocker("BIRD's commands, real and modelled", () => {
  let container: Dockerode.Container | undefined;
  beforeAll(() => ensureImages(['calico-node', 'tools']), 300_000);
  afterAll(() => container?.remove({ force: true }), 60_000);

  it('each is answered alike', { timeout: 120_000 }, async () => {
    const { docker } = await connectEngine();
    const start = [
      'cat > /bird.cfg <<"END"',
      CONFIG,
      'END',
      "printf 'router id 1.2.3.4;\\nprotocol bgp x { neighbor 1.2.3.4 as; }\\n' > /bad.cfg",
      'bird -s /b.ctl -c /bird.cfg && sleep 1',
      `exec /opt/probelab/bin/node -e '${SCRIPT.replaceAll("'", "'\\''")}'`,
    ].join('\n');
    container = await docker.createContainer({
      Image: 'calico/node:v3.23.5',
      name: `probelab-bird-${randomUUID()}`,
      Entrypoint: ['/bin/sh', '-c', start],
      HostConfig: { CapAdd: ['NET_ADMIN'], NetworkMode: 'none' },
    });
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    let text = '';
    const output = new PassThrough();
    output.on('data', (data: Buffer) => {
      text += data.toString();
    });
    docker.modem.demuxStream(stream, output, output);
    await container.start();
    await container.wait();
    const real = JSON.parse(text.slice(text.indexOf('["'))) as string[];
    const { ask, clock } = birdSession();
    const modelled = COMMANDS.map((command) => {
      clock.runUntil(clock.now() + 60);
      return ask(command);
    });
    const plain = (answers: readonly string[]) => answers.map((answer, at) => `${COMMANDS[at]}\n${masked(answer)}`);
    expect(plain(modelled)).toEqual(plain(real));
  });
});
