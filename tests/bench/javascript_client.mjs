// Reads all records of app 1 with Kintone's official client; prints how long that took.
import { KintoneRestAPIClient } from "@kintone/rest-api-client";

const [baseUrl, username, password, way, ...fields] = process.argv.slice(2);
const client = new KintoneRestAPIClient({ baseUrl, auth: { username, password } });
const asked = { app: 1, ...(fields.length > 0 ? { fields } : {}) };
const read = {
  id: () => client.record.getAllRecordsWithId({ ...asked }),
  cursor: () => client.record.getAllRecordsWithCursor({ ...asked }),
}[way];
await client.record.getRecords({ app: 1, query: "limit 1" });
const started = process.hrtime.bigint();
const records = await read();
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
console.log(JSON.stringify({ seconds, records: records.length }));
