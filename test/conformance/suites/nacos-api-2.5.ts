import { apiSuite } from './nacos-api.ts';

export const suite = apiSuite('nacos-api-2.5', '2.5');
