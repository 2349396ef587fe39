// Publishes, submits NDJSON and reads a board with the types that openapi-typescript made:
// node use-typescript.mjs URL KEY, compiled by tsc beside schema.ts.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const [url, key] = process.argv.slice(2);
// Of several media types of a reply these are read.
type Json = "application/json" | "application/problem+json";
const client = createClient<paths, Json>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });

const published = await client.POST("/api/v1/benchmarks", {
  body: {
    slug: "generated-typescript",
    matcher: "text",
    items: [
      { key: "q1", question: "Capital of Peru?", accepted: ["Lima"] },
      { key: "q2", question: "Capital of Chad?", accepted: ["N'Djamena"] },
    ],
  },
});
if (published.error) throw new Error(published.error.detail);

const rows = ['{"item": "q1", "answer": "Lima", "confidence": 0.9}', '{"item": "q2", "abstained": true}'];
const receipt = await client.POST("/api/v1/benchmarks/{slug}/submissions", {
  params: { path: { slug: published.data.slug }, query: { model: "quill" } },
  headers: { "Content-Type": "application/x-ndjson" },
  body: rows.join("\n") + "\n",
  bodySerializer: (body) => body as string,
});
if (receipt.error) throw new Error(receipt.error.detail);

const board = await client.GET("/api/v1/benchmarks/{slug}/leaderboard", {
  params: { path: { slug: published.data.slug } },
});
if (board.error) throw new Error(board.error.detail);
const [first] = board.data.data;
if (first?.model.name !== "quill") throw new Error(JSON.stringify(board.data));
console.log(`openapi-typescript: ${board.data.total} standing, rank ${first.rank}`);
