// Runs in the app image beside our server: drives the real npm package `nacos` as the recording does, behind a proxy that
// sees its requests. Prints one JSON line for each thing seen, in the form of the suite nacos-sdk.
const http = require('node:http');
const { createRequire } = require('node:module');
const { NacosNamingClient } = createRequire('/opt/probelab/nacos-sdk/')('nacos');

const calls = JSON.parse(process.env.CALLS);
const service = process.env.SERVICE;
const own = JSON.parse(process.env.OWN);
const PROXY = 18848;
const begin = Date.now();
const see = (k, v, more = {}) => console.log(JSON.stringify({ t: Date.now() - begin, k, v, ...more }));
const shown = (hosts) =>
  hosts.length === 0 ? '(empty)' : hosts.map((h) => `${h.ip}:${h.port}=${h.healthy ? 'UP' : 'DOWN'}`).join(' ');

const proxy = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  see('http', `${request.method} ${url.pathname}`, { query: Object.fromEntries(url.searchParams) });
  const options = { port: 8848, method: request.method, path: request.url, headers: request.headers };
  request.pipe(http.request(options, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }));
});
const byHttp = (method) => http.request({ port: 8848, method, path: `/nacos/v1/ns/instance?serviceName=${service}&ip=10.244.0.5&port=8080` }).end();

const quiet = { info() {}, debug() {}, warn() {}, error() {}, log() {} };
let sdk;
async function perform(name) {
  if (name === 'new') sdk = new NacosNamingClient({ logger: quiet, serverList: [`127.0.0.1:${PROXY}`], namespace: 'public' });
  else if (name === 'getServerStatus') see('ret', await sdk.getServerStatus(), { name });
  else if (name === 'subscribe') sdk.subscribe({ serviceName: service }, (hosts) => see('listener', shown(hosts)));
  else if (name === 'registerInstance') await sdk.registerInstance(service, own).then(() => see('ret', '', { name }));
  else if (name.startsWith('deregisterInstance')) await sdk.deregisterInstance(service, own).then(() => see('ret', '', { name }));
  else if (name.includes('subscribe=false')) see('ret', shown(await sdk.selectInstances(service, undefined, '', true, false)), { name });
  else if (name.startsWith('selectInstances')) see('ret', shown(await sdk.selectInstances(service)), { name });
  else if (name === 'getAllInstances') see('ret', shown(await sdk.getAllInstances(service)), { name });
  else if (name.startsWith('another instance')) byHttp('POST');
  else if (name.startsWith('the other instance')) byHttp('DELETE');
  else if (name === 'close') await sdk.close();
}

// One after the other, as the recorder awaited them.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
proxy.listen(PROXY, async () => {
  for (const { t, name } of calls) {
    await sleep(Math.max(0, begin + t - Date.now()));
    await perform(name).catch((error) => see('throw', String(error), { name }));
  }
  await sleep(1000);
  process.exit(0);
});
