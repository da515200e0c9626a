import { describe, expect, it } from 'vitest';
import type { NacosVersion } from '../../sim/programs/nacos/profiles.ts';
import { createReplayServer } from './nacos/replay-server.ts';

/** The answer to one request to a new server. */
function ask(version: NacosVersion, method: string, path: string, query: Record<string, string>) {
  const { ask: send } = createReplayServer({ version });
  const outcome = send({ method, path: `/nacos${path}`, query });
  if (outcome.kind !== 'response') throw new Error(outcome.cause);
  return { status: outcome.status, text: new TextDecoder().decode(outcome.body) };
}

type ReplayServer = ReturnType<typeof createReplayServer>;

function json(server: ReplayServer, method: string, path: string, query: Record<string, string>) {
  const outcome = server.ask({ method, path: `/nacos${path}`, query });
  return outcome.kind === 'response' ? JSON.parse(new TextDecoder().decode(outcome.body)) : outcome.cause;
}

function hostsOf(server: ReplayServer, query: Record<string, string>) {
  return json(server, 'GET', '/v1/ns/instance/list', query).hosts;
}

/** The list after one instance was registered. */
function registered(more: Record<string, string>) {
  const server = createReplayServer({ version: '2.2' });
  server.ask({ method: 'POST', path: '/nacos/v1/ns/instance', query: { ...instance, ...more } });
  server.clock.runUntil(server.clock.now() + 10);
  return hostsOf(server, { serviceName: 'orders' });
}

const instance = { serviceName: 'orders', ip: '10.244.0.9', port: '80' };
const register = (version: NacosVersion, more: Record<string, string>) =>
  ask(version, 'POST', '/v1/ns/instance', { ...instance, ...more });

describe('a Nacos server', () => {
  it.each([
    ['port', { port: '70000' }, "Param 'port' is illegal, the value should be between 0 and 65535."],
    [
      'service name',
      { serviceName: '服务' },
      "Param 'serviceName' is illegal, illegal characters should not appear in the param.",
    ],
    [
      'long name',
      { serviceName: 's'.repeat(513) },
      "Param 'serviceName' is illegal, the param length should not exceed 512.",
    ],
    ['ip', { ip: 'not an ip' }, "Param 'ip' is illegal, illegal characters should not appear in the param."],
    [
      'metadata',
      { metadata: JSON.stringify({ x: 'y'.repeat(1024) }) },
      "Param 'Metadata' is illegal, the param length should not exceed 1024.",
    ],
  ])('2.5 refuses what 2.2 takes: %s', (_, more, text) => {
    expect(register('2.2', more)).toEqual({ status: 200, text: 'ok' });
    const refused = register('2.5', more);
    expect({ ...refused, text: refused.text.trim() }).toEqual({ status: 400, text });
  });

  it('2.5 answers metadata that nobody can read with an error page', () => {
    expect(register('2.2', { metadata: 'garbage' })).toEqual({
      status: 400,
      text: 'metadata format incorrect:garbage',
    });
    const { status, text } = register('2.5', { metadata: 'garbage' });
    expect(status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({
      status: 500,
      error: 'Internal Server Error',
      path: '/nacos/v1/ns/instance',
    });
  });

  it('2.5 sends what it refuses without a type, and closes', () => {
    const { ask: send } = createReplayServer({ version: '2.5' });
    const outcome = send({ method: 'POST', path: '/nacos/v1/ns/instance', query: { ...instance, port: '70000' } });
    const headers = Object.fromEntries(outcome.kind === 'response' ? outcome.headers : []);
    expect(headers).toMatchObject({ Connection: 'close', 'Cache-Control': 'no-cache,no-store' });
    expect(Object.keys(headers)).not.toContain('Content-Type');
  });

  it.each([
    ['2.2', 500],
    ['2.5', 400],
  ] as const)('%s: an ephemeral instance of a persistent service is answered with %i', (version, status) => {
    const server = createReplayServer({ version });
    const send = (path: string, query: Record<string, string>) => {
      const outcome = server.ask({ method: 'POST', path: `/nacos/v1/ns${path}`, query });
      return outcome.kind === 'response' ? [outcome.status, new TextDecoder().decode(outcome.body)] : outcome.cause;
    };
    expect(send('/service', { serviceName: 'orders' })).toEqual([200, 'ok']);
    expect(send('/instance', instance)).toEqual([
      status,
      expect.stringContaining("is persistent service, can't register ephemeral instance."),
    ]);
  });

  it.each([
    ['2.2', 'true', 3000],
    ['2.2', 'false', 5000],
    ['2.5', 'true', 3000],
    ['2.5', 'false', 3000],
  ] as const)('%s: a switch that is set with debug=%s shows at once as %i', (version, debug, expected) => {
    const server = createReplayServer({ version });
    const path = '/nacos/v1/ns/operator/switches';
    server.ask({ method: 'PUT', path, query: { entry: 'clientBeatInterval', value: '3000', debug } });
    const outcome = server.ask({ method: 'GET', path });
    const text = outcome.kind === 'response' ? new TextDecoder().decode(outcome.body) : '{}';
    expect(JSON.parse(text)).toMatchObject({ clientBeatInterval: expected });
  });

  it.each(['2.2', '2.5'] as const)('%s takes an address of four numbers that is none', (version) => {
    expect(register(version, { ip: '999.1.1.1' })).toEqual({ status: 200, text: 'ok' });
  });

  it.each([
    ['[', 'from Array value (token `JsonToken.START_ARRAY`)'],
    ['nope', "Unrecognized token 'nope'"],
    ['{"ip" 1}', 'was expecting a colon to separate field name and value'],
    ['{"ip":"1" "port":2}', 'was expecting comma to separate Object entries'],
  ])('a heartbeat of %s is an error in words of Jackson', (beat, words) => {
    const { status, text } = ask('2.2', 'PUT', '/v1/ns/instance/beat', { serviceName: 'orders', beat });
    expect(status).toBe(500);
    expect(text).toContain(words);
  });

  // As the controllers of 2.x have it: what Spring binds itself is missed in other words than what a form checks.
  it.each([
    ['GET', '/v2/ns/instance/list', {}, 400, "Parameter 'serviceName' is missing"],
    ['GET', '/v2/ns/instance', { serviceName: 'a' }, 400, "Parameter 'ip' is missing"],
    ['POST', '/v2/ns/instance', { serviceName: 'a' }, 400, "Required parameter 'ip' type String is not present"],
    ['DELETE', '/v2/ns/service', {}, 400, "Parameter 'serviceName' is missing"],
    ['POST', '/v2/ns/service', {}, 400, "Required parameter 'serviceName' type String is not present"],
    ['GET', '/v2/ns/client', { clientId: 'x' }, 404, 'clientId [ x ] not exist'],
    ['PUT', '/v1/ns/service', { serviceName: 'a' }, 400, "Param 'protectThreshold' is required."],
    ['GET', '/v1/ns/catalog/instances', { serviceName: 'g@@a' }, 400, "Parameter 'clusterName' is missing"],
    ['GET', '/v1/ns/service/subscribers', { serviceName: 'a', pageNo: 'x' }, 200, '{"subscribers":[],"count":0}'],
    [
      'GET',
      '/v1/ns/catalog/services',
      { pageNo: '1' },
      500,
      "caused: Optional int parameter 'pageSize' is present but cannot be translated into a null value due to being declared as a primitive type. Consider declaring it as object wrapper for the corresponding primitive type.;",
    ],
    ['GET', '/v2/ns/client/publish/list', {}, 400, "Parameter 'clientId' is missing"],
    [
      'GET',
      '/v2/ns/service/list',
      { pageNo: 'x' },
      500,
      'caused: Failed to convert value of type \'java.lang.String\' to required type \'java.lang.Integer\'; nested exception is java.lang.NumberFormatException: For input string: "x";caused: For input string: "x";',
    ],
  ] as const)('2.5: %s %s with %j is answered with %i', (method, path, query, status, text) => {
    expect(ask('2.5', method, path, query)).toEqual({ status, text });
  });

  // As a server 2.2.4 answered.
  it.each([
    [
      'POST',
      '/v1/ns/instance',
      { ...instance, serviceName: ' ' },
      400,
      "Param 'serviceName' is illegal, it should be format as 'groupName@@serviceName'",
    ],
    ['POST', '/v1/ns/instance', { ...instance, port: ' ' }, 400, 'For input string: ""'],
    ['POST', '/v1/ns/instance', { ...instance, metadata: 'a=' }, 400, 'metadata format incorrect:a='],
    [
      'POST',
      '/v1/ns/instance',
      { ...instance, metadata: '{"preserved.ip.delete.timeout":"99999999999999999999"}' },
      400,
      'For input string: "99999999999999999999"',
    ],
    ['GET', '/v1/ns/instance/statuses', {}, 400, "Parameter 'key' is missing"],
    ['GET', '/v1/ns/instance/', {}, 400, "Param 'serviceName' is required."],
    ['GET', '/v1/ns/catalog/service', { serviceName: 'ghost' }, 404, 'service DEFAULT_GROUP@@ghost is not found!'],
    [
      'PUT',
      '/v1/ns/operator/switches',
      { entry: 'pushCacheMillis', value: '9000', debug: 'true' },
      400,
      'min cache time for http or tcp is too small(<10000)',
    ],
    [
      'PUT',
      '/v1/ns/operator/switches',
      { entry: 'distroThreshold', value: '0', debug: 'true' },
      400,
      'distroThreshold can not be zero or negative: 0.0',
    ],
    [
      'PUT',
      '/v1/ns/operator/switches',
      { entry: 'limitedUrlMap', value: 'x', debug: 'true' },
      400,
      'invalid input for limited urls',
    ],
    [
      'PUT',
      '/v1/ns/operator/switches',
      { entry: 'pushVersion', value: 'go:abc', debug: 'true' },
      400,
      'illegal version, must match: [0-9]+\\.[0-9]+\\.[0-9]+',
    ],
    ['POST', '/v2/ns/instance/list', {}, 500, "caused: Request method 'POST' not supported;"],
    ['GET', '/v2/ns/instance/list', { serviceName: '' }, 400, "Param 'serviceName' is illegal, serviceName is blank"],
    [
      'GET',
      '/v2/ns/instance/list',
      { serviceName: 'a', groupName: ' ' },
      400,
      "Param 'groupName' is illegal, groupName is blank",
    ],
    ['GET', '/v2/ns/instance', { ...instance, port: '' }, 400, "Parameter 'port' is missing"],
    ['PUT', '/v2/ns/health', { serviceName: 'a' }, 400, "Required parameter 'healthy' type Boolean is not present"],
    [
      'PUT',
      '/v2/ns/operator/switches',
      { entry: 'check' },
      400,
      "Required parameter 'value' type String is not present",
    ],
  ] as const)('2.2: %s %s with %j is answered with %i', (method, path, query, status, text) => {
    expect(ask('2.2', method, path, query)).toEqual({ status, text });
  });

  it.each([
    ['port', '99999999999', 'Integer', 'NumberFormatException: For input string: "99999999999"'],
    ['weight', 'abc', 'Double', 'NumberFormatException: For input string: "abc"'],
    ['healthy', 'maybe', 'Boolean', 'IllegalArgumentException: Invalid boolean value [maybe]'],
  ])('v2 names the field of an instance that it cannot read: %s=%s', (field, value, type, cause) => {
    const { status, text } = ask('2.2', 'POST', '/v2/ns/instance', { ...instance, [field]: value });
    expect(status).toBe(500);
    expect(text).toContain(`Field error in object 'instanceForm' on field '${field}': rejected value [${value}]`);
    expect(text).toContain(
      `to required type 'java.lang.${type}' for property '${field}'; nested exception is java.lang.${cause}`,
    );
  });

  it.each([
    ['a=b,', { a: 'b' }],
    [',', {}],
    ['null', {}],
    ['{"a":1e2,"b":0.10,"c":12345678901234567890}', { a: '1e2', b: '0.10', c: '12345678901234567890' }],
    ['{"a":"b"} x', { a: 'b' }],
  ])('metadata %s are taken as %j', (metadata, expected) => {
    expect(registered({ metadata })).toMatchObject([{ metadata: expected }]);
  });

  it('takes of a full beat of an unknown instance what the beat says, and nothing of the request', () => {
    const beat = JSON.stringify({ ip: '10.244.0.8', port: 81, metadata: { a: 1 } });
    const asked = { ...instance, beat, weight: '5', enabled: 'false', healthy: 'false', metadata: 'x=y' };
    const server = createReplayServer({ version: '2.2' });
    server.ask({ method: 'PUT', path: '/nacos/v1/ns/instance/beat', query: asked });
    server.clock.runUntil(server.clock.now() + 10);
    const [host] = hostsOf(server, { serviceName: 'orders' });
    expect(host).toMatchObject({
      ip: '10.244.0.8',
      port: 81,
      weight: 0,
      healthy: true,
      enabled: true,
      metadata: { a: '1' },
    });
  });

  it('keeps by a full beat the instance of the service alive that stands in it', () => {
    const server = createReplayServer({ version: '2.2' });
    for (const serviceName of ['orders', 'bills', 'notes']) {
      server.ask({ method: 'POST', path: '/nacos/v1/ns/instance', query: { ...instance, serviceName } });
    }
    const { ip, port } = instance;
    const beat = (named: object) => JSON.stringify({ ip, port: Number(port), ...named });
    const beats = [
      { serviceName: 'orders', beat: beat({ serviceName: 'DEFAULT_GROUP@@bills' }) },
      { serviceName: 'notes', beat: beat({}) },
    ];
    for (let turn = 0; turn < 4; turn++) {
      server.clock.runUntil(server.clock.now() + 5000);
      for (const query of beats) {
        expect(json(server, 'PUT', '/v1/ns/instance/beat', query)).toMatchObject({ code: 10_200 });
      }
    }
    server.clock.runUntil(server.clock.now() + 1000);
    const healthy = (serviceName: string) =>
      hostsOf(server, { serviceName }).map((host: { healthy: boolean }) => host.healthy);
    expect([healthy('orders'), healthy('bills'), healthy('notes')]).toEqual([[false], [true], [false]]);
  });

  it('lists every cluster for a comma, and keeps lists for as long as the switch says', () => {
    const server = createReplayServer({ version: '2.2' });
    server.ask({ method: 'POST', path: '/nacos/v1/ns/instance', query: { ...instance, clusterName: 'A' } });
    const set = { entry: 'pushCacheMillis', value: '20000', debug: 'true' };
    server.ask({ method: 'PUT', path: '/nacos/v1/ns/operator/switches', query: set });
    server.clock.runUntil(server.clock.now() + 1000);
    const list = json(server, 'GET', '/v1/ns/instance/list', { serviceName: 'orders', clusters: ',' });
    expect(list).toMatchObject({ cacheMillis: 20_000, hosts: [{ clusterName: 'A' }] });
  });

  it('tells subscribers of every service with that part in its name, of agents whose version it can read', () => {
    const server = createReplayServer({ version: '2.2' });
    const agents = [
      'Nacos-Java-Client:v1.0.0',
      'Nacos-Java-Client:v1.0',
      'nacos-java-client:v1.0.0',
      'Nacos-Java-Client',
      'curl',
    ];
    for (const [index, agent] of agents.entries()) {
      const query = { serviceName: 'orders', udpPort: String(5000 + index), clientIP: '10.0.0.1' };
      server.ask({ method: 'GET', path: '/nacos/v1/ns/instance/list', query, headers: { 'user-agent': agent } });
    }
    const { subscribers } = json(server, 'GET', '/v1/ns/service/subscribers', { serviceName: 'rder' });
    expect(subscribers).toMatchObject([
      { addrStr: '10.0.0.1:5000', serviceName: 'DEFAULT_GROUP@@orders' },
      { addrStr: '10.0.0.1:5001' },
    ]);
    expect(json(server, 'GET', '/v1/ns/service/subscribers', { serviceName: 'bills' })).toEqual({
      subscribers: [],
      count: 0,
    });
  });

  it('shows in the catalogue a service with its clusters, its instances, and fewer than a page as any page', () => {
    const server = createReplayServer({ version: '2.2' });
    server.ask({ method: 'POST', path: '/nacos/v1/ns/instance', query: instance });
    server.clock.runUntil(server.clock.now() + 1000);
    expect(json(server, 'GET', '/v1/ns/catalog/service', { serviceName: 'orders' })).toEqual({
      service: {
        name: 'orders',
        groupName: 'DEFAULT_GROUP',
        protectThreshold: 0,
        selector: { type: 'none', contextType: 'NONE' },
        metadata: {},
      },
      clusters: [
        {
          serviceName: 'DEFAULT_GROUP@@orders',
          name: 'DEFAULT',
          healthChecker: { type: 'TCP' },
          defaultPort: 80,
          defaultCheckPort: 80,
          useIPPort4Check: true,
          metadata: {},
        },
      ],
    });
    const pageOf = (more: Record<string, string>) =>
      json(server, 'GET', '/v1/ns/catalog/services', { pageSize: '10', ...more });
    expect(pageOf({ pageNo: '2' })).toMatchObject({ count: 1, serviceList: [{ name: 'orders' }] });
    const [detail] = pageOf({ pageNo: '1', withInstances: 'true' });
    expect(detail).toMatchObject({
      serviceName: 'orders',
      clusterMap: { DEFAULT: { hosts: [{ valid: true, ip: '10.244.0.9', port: 80, weight: 1, enabled: true }] } },
    });
  });

  it('tells by v2 of clients, of a list of one cluster, and of a heartbeat without a wrapping', () => {
    const { ask: send, clock } = createReplayServer({ version: '2.5' });
    const json = (method: string, path: string, query: Record<string, string>) => {
      const outcome = send({ method, path: `/nacos${path}`, query });
      return outcome.kind === 'response' ? JSON.parse(new TextDecoder().decode(outcome.body)) : outcome.cause;
    };
    expect(json('POST', '/v2/ns/instance', instance)).toMatchObject({ code: 0 });
    clock.runUntil(clock.now() + 1000);
    const clientId = '10.244.0.9:80#true';
    expect(json('GET', '/v2/ns/client', { clientId }).data).toEqual({
      clientId,
      ephemeral: true,
      lastUpdatedTime: expect.any(Number),
      clientType: 'ipPort',
      clientIp: '10.244.0.9',
      clientPort: '80',
    });
    expect(json('GET', '/v2/ns/client/publish/list', { clientId }).data).toEqual([
      {
        namespace: 'public',
        group: 'DEFAULT_GROUP',
        serviceName: 'orders',
        registeredInstance: { ip: '10.244.0.9', port: 80, cluster: 'DEFAULT' },
      },
    ]);
    const list = (clusterName: string) =>
      json('GET', '/v2/ns/instance/list', { serviceName: 'orders', clusterName }).data.hosts.length;
    expect([list('DEFAULT'), list('OTHER')]).toEqual([1, 0]);
    const beat = { ...instance, serviceName: 'DEFAULT_GROUP@@orders' };
    expect(json('PUT', '/v2/ns/instance/beat', beat)).toMatchObject({ code: 10_200, clientBeatInterval: 5000 });
    expect(json('GET', '/v1/ns/service/names', { expr: 'rder' })).toEqual({
      'META-INF/services': { public: ['DEFAULT_GROUP@@orders'] },
      count: 1,
    });
  });

  it('answers whatever it is sent', () => {
    const server = createReplayServer({ version: '2.2' });
    const paths = [
      '/nacos/v1/ns/instance',
      '/nacos/v1/ns/instance/beat',
      '/nacos/v1/ns/service',
      '/nacos/v2/ns/instance',
      '/nacos/%',
      '/x',
    ];
    const values = ['', '%', '@@', 'a@@', '{}', '[]', 'null', '-1', '1e999', '\u0000', 'NaN', '{"ip":7}', '{"ip":[]}'];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
        for (const value of values) {
          const query = {
            serviceName: value,
            ip: value,
            port: value,
            beat: value,
            metadata: value,
            weight: value,
            udpPort: value,
            pageNo: value,
          };
          expect(server.ask({ method, path, query }).kind).toBe('response');
        }
      }
    }
  });
});
