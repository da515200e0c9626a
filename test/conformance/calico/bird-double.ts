import type { ProgramHost, TcpConnection } from '../../../sim/programs/host.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const HEADING =
  '2002-name     proto    table    state  since       info\n1002-kernel1  Kernel   master   up     10:00:00    \n';
const GREETING = '0001 BIRD 1.6.8 ready.\n';
const STATUS = `${GREETING}1000-BIRD 1.6.8\n1011-Router ID is 10.65.0.1\n Current server time is 2026-11-21 11:00:32\n0013 Daemon is up and running\n`;
export const ESTABLISHED = 'Mesh_10_65_0_2 BGP      master   up     10:00:00    Established   ';

/** What a BIRD gave when it was asked: whole answers, greeting included. */
export interface BirdAnswers {
  protocols: string;
  status: string;
}

/** The answers of a BIRD with these rows of BGP peers. */
export function birdWithRows(rows: readonly string[], status = STATUS): BirdAnswers {
  const table = rows.map((row) => ` ${row.trimStart()}\n`).join('');
  return { protocols: `${GREETING}${HEADING}${table}0000 \n`, status };
}

/** A socket that greets at once and answers `show protocols` and `show status` as recorded. */
export function birdDouble(host: ProgramHost, path: string, answers: BirdAnswers): void {
  host.listenUnix(
    { path },
    {
      onConnection: (connection) => {
        const [greeting = ''] = answers.protocols.split(/(?<=\n)/, 1);
        connection.send(encoder.encode(greeting));
        connection.onData((data) => {
          const answer = decoder.decode(data).startsWith('show status') ? answers.status : answers.protocols;
          connection.send(encoder.encode(answer.startsWith(greeting) ? answer.slice(greeting.length) : answer));
        });
      },
    },
  );
}

/** A socket that follows a script: READ waits for the client, CLOSE closes, SLEEP waits so many seconds, else bytes. */
export function scriptedSocket(host: ProgramHost, path: string, script: readonly string[]): void {
  host.listenUnix({ path }, { onConnection: (connection) => play(host, connection, script) });
}

function play(host: ProgramHost, connection: TcpConnection, script: readonly string[]): void {
  let received = '';
  let waiting: (() => void) | undefined;
  connection.onData((data) => {
    received += decoder.decode(data);
    waiting?.();
  });
  const run = ([step, ...rest]: readonly string[]): void => {
    const sleep = /^(?:SLEEP|WAIT)[ :]?([\d.]+) ?s?$/.exec(step ?? '')?.[1];
    if (step === undefined) return;
    if (step === 'READ' && received === '') {
      waiting = () => {
        waiting = undefined;
        received = '';
        run(rest);
      };
      return;
    }
    if (step === 'READ') received = '';
    else if (sleep !== undefined) {
      host.clock.setTimeout(() => run(rest), Number(sleep) * 1000);
      return;
    } else if (step === 'CLOSE') connection.close();
    else connection.send(encoder.encode(step));
    run(rest);
  };
  run(script);
}
