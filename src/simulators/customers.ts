/** The customers of the world: two trees and several singles, with names that break careless code. */
import type { AddressFact, CustomerFact } from "./facts.ts";
import { createRandom } from "./random.ts";

interface Row {
  id: string;
  name: string;
  parent?: string;
  currency?: string;
  hasNoInvoices?: true;
  address: [line1: string, city: string, postcode: string, countryCode: string];
  flolive?: true;
  contracts?: string[];
  v6?: string;
  ddapi?: number;
}

const rows: readonly Row[] = [
  {
    id: "acme",
    name: "Acme Telecom Holding",
    flolive: true,
    v6: "001",
    ddapi: 4100,
    contracts: ["C-1ABC234", "C-1ABC235"],
    address: ["1 Signal Street", "Austin", "73301", "US"],
  },
  {
    id: "acme-retail",
    parent: "acme",
    name: "Acme Retail, Inc.",
    flolive: true,
    v6: "002",
    ddapi: 4101,
    contracts: ["C-1RTL001"],
    address: ["22 Market Square, Floor 3", "Boston", "02108", "US"],
  },
  {
    id: "acme-iot",
    parent: "acme",
    name: 'Acme "IoT" Labs',
    flolive: true,
    ddapi: 4102,
    contracts: ["3-14/59 26"],
    address: ['Unit "B", 7 Sensor Way', "Denver", "80014", "US"],
  },
  {
    id: "acme-nordic",
    parent: "acme",
    name: "Acme Åkeri & Sjöfart Ærø A/S",
    currency: "EUR",
    flolive: true,
    v6: "003",
    ddapi: 4103,
    contracts: ["C-1NRD001"],
    address: ["Søndergade 5", "Ærøskøbing", "5970", "DK"],
  },
  {
    id: "acme-nordic-depot",
    parent: "acme-nordic",
    name: "Acme Depå Malmö",
    currency: "EUR",
    flolive: true,
    v6: "004",
    ddapi: 4104,
    contracts: ["C-1NRD002"],
    address: ["Östra Hamngatan 9", "Malmö", "211 20", "SE"],
  },
  {
    id: "northwind",
    name: "Northwind Traders",
    currency: "AUD",
    flolive: true,
    v6: "010",
    ddapi: 5200,
    contracts: ["1-2RBL"],
    address: ["500 Harbour Road", "Sydney", "2000", "AU"],
  },
  {
    id: "northwind-apac",
    parent: "northwind",
    name: "北風商事株式会社",
    currency: "JPY",
    flolive: true,
    v6: "011",
    contracts: ["1-2RBM"],
    address: ["丸の内1丁目9番1号", "東京都千代田区", "100-0005", "JP"],
  },
  {
    id: "northwind-gulf",
    parent: "northwind",
    name: "شركة رياح الشمال",
    currency: "KWD",
    flolive: true,
    ddapi: 5202,
    contracts: ["1-2RBN"],
    address: ["شارع الخليج العربي", "الكويت", "13001", "KW"],
  },
  {
    id: "omnix",
    name: "OMNIX PTY LTD",
    currency: "AUD",
    v6: "020",
    ddapi: 6300,
    address: ["80 JEPHSON STREET", "TOOWONG", "4066", "AU"],
  },
  {
    id: "obrien",
    name: "O'Brien & Sons",
    v6: "021",
    ddapi: 6301,
    currency: "AUD",
    address: ["Shop 2, O'Connell Street", "Darwin", "0800", "AU"],
  },
  {
    id: "spreadsheet",
    name: '=HYPERLINK("http://pay.example","Pay")',
    flolive: true,
    v6: "0007",
    address: ["+1 @Sum Street", "Perth", "6000", "AU"],
  },
  {
    id: "sunny",
    name: "Sunny ☀️ Parcels 🚚",
    v6: "S-12",
    contracts: ["C-1SUN77"],
    address: ["Casa 👨‍👩‍👧, Calle Mayor 1", "Madrid", "28013", "ES"],
  },
  {
    id: "shilo",
    name: "חברת שילוח בע״מ",
    v6: "023",
    ddapi: 6303,
    address: ["רחוב הרצל 10", "תל אביב", "6688312", "IL"],
  },
  {
    id: "streamer",
    name: "Streamer GmbH",
    currency: "EUR",
    contracts: ["C-1STR900"],
    ddapi: 6304,
    address: ["Hauptstraße 12", "Köln", "50667", "DE"],
  },
  {
    id: "quiet",
    name: "Quiet Quarter Ltd",
    hasNoInvoices: true,
    flolive: true,
    v6: "099",
    ddapi: 6399,
    contracts: ["C-1QQQ000"],
    address: ["3 Silent Lane", "York", "YO1 7HH", "GB"],
  },
  {
    id: "unlinked",
    name: "Unlinked Ltd",
    hasNoInvoices: true,
    address: ["4 Nowhere Road", "Hull", "HU1 1AA", "GB"],
  },
];

/** All customers, parents before their children; after those of the world so many more, each known to all four upstreams. */
export function createCustomers(seed: number, more = 0): CustomerFact[] {
  const others = Array.from({ length: more }, (_, index) => plainRow(index + 1));
  return [...rows, ...others].map((row, index) => toCustomer(row, index, seed));
}

function plainRow(n: number): Row {
  const digits = String(n).padStart(4, "0");
  return {
    id: `more-${digits}`,
    name: `Customer ${digits}`,
    flolive: true,
    v6: `M${digits}`,
    ddapi: 700_000 + n,
    contracts: [`C-M${digits}`],
    address: [`${n} Long Road`, "Leeds", "LS1 1AA", "GB"],
  };
}

function toCustomer(row: Row, index: number, seed: number): CustomerFact {
  const { id, name, flolive, contracts, v6, ddapi } = row;
  const [line1, city, postcode, countryCode] = row.address;
  const address: AddressFact = { line1, city, postcode, countryCode };
  return {
    id,
    name,
    parentId: row.parent ?? null,
    currency: row.currency ?? "USD",
    address,
    hasNoInvoices: row.hasNoInvoices ?? false,
    ...(flolive && { flolive: { customerId: createRandom(seed, `flolive customer ${id}`).uuid() } }),
    ...(contracts && { akamai: { accountId: `A-CCT${7900 + index}`, contractIds: contracts } }),
    ...(v6 !== undefined && { v6: { code: v6 } }),
    ...(ddapi !== undefined && { ddapi: { number: ddapi } }),
  };
}
