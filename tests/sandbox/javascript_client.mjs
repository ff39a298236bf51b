// What an application does with the official client, from making an app to deleting its records.
// Arguments: base URL, user, password. Prints what it saw as one line of JSON.
import { KintoneRestAPIClient } from "@kintone/rest-api-client";

const [baseUrl, username, password] = process.argv.slice(2);
const client = new KintoneRestAPIClient({ baseUrl, auth: { username, password } });
const total = 1200;

const { app } = await client.app.addApp({ name: "orders" });
const { revision } = await client.app.addFormFields({
  app,
  properties: {
    number: {
      type: "SINGLE_LINE_TEXT",
      code: "number",
      label: "Number",
      required: true,
      unique: true,
    },
    数量: { type: "NUMBER", code: "数量", label: "数量" },
    lines: {
      type: "SUBTABLE",
      code: "lines",
      label: "Lines",
      fields: { product: { type: "SINGLE_LINE_TEXT", code: "product", label: "Product" } },
    },
  },
});
await client.app.deployApp({ apps: [{ app, revision }] });
const deployStatuses = [];
do {
  const { apps } = await client.app.getDeployStatus({ apps: [app] });
  deployStatuses.push(apps[0].status);
} while (deployStatuses.at(-1) === "PROCESSING");

const added = await client.record.addAllRecords({
  app,
  records: Array.from({ length: total }, (_, i) => ({
    number: { value: `N-${i}` },
    数量: { value: i },
    lines: { value: [{ value: { product: { value: `P-${i % 7}` } } }] },
  })),
});

const quantities = (records) => records.map((record) => Number(record["数量"].value));
const read = {
  byId: await client.record.getAllRecordsWithId({ app, condition: "数量 >= 0" }),
  byCursor: await client.record.getAllRecordsWithCursor({ app, query: "order by 数量 desc" }),
  byOffset: await client.record.getAllRecordsWithOffset({ app, orderBy: "数量 asc" }),
};

const ids = added.records.map((record) => record.id);
await client.record.updateAllRecords({
  app,
  records: ids.slice(0, 150).map((id) => ({ id, record: { 数量: { value: "-1" } } })),
});
await client.record.updateRecord({
  app,
  updateKey: { field: "number", value: "N-1199" },
  record: { lines: { value: [] } },
});
const upserted = await client.record.upsertRecord({
  app,
  updateKey: { field: "number", value: "N-new" },
  record: { 数量: { value: "5000" } },
});
const together = await client.record.updateRecords({
  app,
  upsert: true,
  records: ["N-new", "N-newer"].map((value) => ({
    updateKey: { field: "number", value },
    record: { 数量: { value: "6000" } },
  })),
});
const afterWrites = await client.record.getAllRecordsWithId({ app });

let refusal = null;
try {
  await client.record.addRecord({ app, record: { number: { value: "N-1" } } });
} catch (error) {
  refusal = { status: error.status, code: error.code, errors: error.errors };
}

await client.record.deleteAllRecords({ app, records: afterWrites.slice(2).map(({ $id }) => ({ id: $id.value })) });
const left = await client.record.getRecords({ app, totalCount: true });

console.log(
  JSON.stringify({
    deployStatuses,
    added: ids.length,
    byId: quantities(read.byId),
    byCursor: quantities(read.byCursor),
    byOffset: quantities(read.byOffset),
    products: read.byOffset.map((record) => record.lines.value[0].value.product.value),
    upserted,
    together: together.records.map(({ operation }) => operation),
    afterWrites: quantities(afterWrites).sort((a, b) => a - b),
    emptied: afterWrites.find((record) => record.number.value === "N-1199").lines.value,
    refusal,
    left: left.totalCount,
  }),
);
