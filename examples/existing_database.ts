/**
 * Models over a database that already exists: Chinook, a music shop whose tables and columns have PascalCase names. Asks ten
 * questions through models, and each of them again in plain SQL, and fails when the answers differ.
 *
 *     deno run --allow-read examples/existing_database.ts Chinook_Sqlite.sqlite
 *
 * The file is opened read-only. It comes from {@link https://github.com/lerocha/chinook-database}.
 */

import { z } from "zod";
import { ActiveRecord, ActiveRecordError, column, fn, primaryKey, sql } from "@rhosocial/activerecord";
import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";

// ---- the models: as many of the columns as the questions need

const pascal = { naming: "pascal", readOnly: true } as const; // artistId is the column ArtistId; nothing is written

/** Moments that are stored as `2021-01-31 00:00:00`, without the T and Z of the library's own format. */
const dateTime = column(z.date(), {
  type: "string",
  converter: {
    toDatabase: (date) => date.toISOString().slice(0, 19).replace("T", " "),
    fromDatabase: (text) => new Date(`${String(text).replace(" ", "T")}Z`),
  },
});

class Artist extends ActiveRecord.define("Artist", {
  id: primaryKey({ name: "ArtistId" }),
  name: z.string().nullable(),
}, pascal) {}

class Album extends ActiveRecord.define("Album", {
  id: primaryKey({ name: "AlbumId" }),
  title: z.string(),
  artistId: z.int(),
}, pascal) {
  get artist() {
    return this.belongsTo(() => Artist);
  }
}

class Genre extends ActiveRecord.define("Genre", {
  id: primaryKey({ name: "GenreId" }),
  name: z.string().nullable(),
}, pascal) {}

class Track extends ActiveRecord.define("Track", {
  id: primaryKey({ name: "TrackId" }),
  name: z.string(),
  albumId: z.int().nullable(),
  genreId: z.int().nullable(),
  milliseconds: z.int(),
}, pascal) {
  get album() {
    return this.belongsTo(() => Album);
  }
  get entries() {
    return this.hasMany(() => PlaylistTrack);
  }
}

class Playlist extends ActiveRecord.define("Playlist", {
  id: primaryKey({ name: "PlaylistId" }),
  name: z.string().nullable(),
}, pascal) {}

class PlaylistTrack extends ActiveRecord.define("PlaylistTrack", {
  playlistId: z.int(),
  trackId: z.int(),
}, { ...pascal, primaryKey: ["playlistId", "trackId"] }) {
  get playlist() {
    return this.belongsTo(() => Playlist);
  }
}

class Employee extends ActiveRecord.define("Employee", {
  id: primaryKey({ name: "EmployeeId" }),
  firstName: z.string(),
  lastName: z.string(),
  title: z.string().nullable(),
  managerId: column(z.int().nullable(), { name: "ReportsTo" }),
}, pascal) {
  get reports() {
    return this.hasMany(() => Employee, { foreignKey: "managerId" });
  }
}

class Customer extends ActiveRecord.define("Customer", {
  id: primaryKey({ name: "CustomerId" }),
  firstName: z.string(),
  lastName: z.string(),
}, pascal) {
  get fullName() {
    return `${this.firstName} ${this.lastName}`;
  }
}

class Invoice extends ActiveRecord.define("Invoice", {
  id: primaryKey({ name: "InvoiceId" }),
  customerId: z.int(),
  invoiceDate: dateTime,
  billingCountry: z.string().nullable(),
  total: z.number(),
}, pascal) {
  get customer() {
    return this.belongsTo(() => Customer);
  }
  static in(year: number) {
    return this.where({ invoiceDate__gte: new Date(Date.UTC(year)), invoiceDate__lt: new Date(Date.UTC(year + 1)) });
  }
}

class InvoiceLine extends ActiveRecord.define("InvoiceLine", {
  id: primaryKey({ name: "InvoiceLineId" }),
  trackId: z.int(),
  quantity: z.int(),
}, pascal) {}

// ---- the questions

type Row = Readonly<Record<string, string | number | null>>;

interface Question {
  readonly text: string;
  /** The answer through models. */
  readonly answer: () => Promise<Row[]>;
  /** The same question in plain SQL. */
  readonly sql: string;
}

const questions: readonly Question[] = [
  {
    text: "Which customers have paid most?",
    async answer() {
      const sums = await Invoice.select({ id: Invoice.c.customerId, revenue: fn.sum(Invoice.c.total) })
        .groupBy("customerId").orderBy(fn.sum(Invoice.c.total).desc(), "customerId").limit(5);
      const customers = byId(await Customer.where({ id__in: sums.map(({ id }) => id) }));
      return sums.map(({ id, revenue }) => ({ customer: customers.get(id)!.fullName, revenue }));
    },
    sql: `SELECT c.FirstName || ' ' || c.LastName AS customer, sum(i.Total) AS revenue
          FROM Invoice i JOIN Customer c USING (CustomerId)
          GROUP BY c.CustomerId ORDER BY revenue DESC, c.CustomerId LIMIT 5`,
  },
  {
    text: "How many tracks does each genre have?",
    async answer() {
      const counts = await Track.select({ id: Track.c.genreId, tracks: fn.count() })
        .where({ genreId__isnull: false }).groupBy("genreId").orderBy(fn.count().desc(), "genreId");
      const genres = byId(await Genre.all());
      return counts.map(({ id, tracks }) => ({ genre: genres.get(id!)!.name, tracks }));
    },
    sql: `SELECT g.Name AS genre, count(*) AS tracks FROM Track t JOIN Genre g USING (GenreId)
          GROUP BY g.GenreId ORDER BY tracks DESC, g.GenreId`,
  },
  {
    text: "Who reports to whom?",
    async answer() {
      const rows: Row[] = [];
      const visit = (employees: Iterable<Employee>, level: number) => {
        for (const employee of employees) {
          rows.push({ employee: "  ".repeat(level) + employee.lastName, title: employee.title });
          visit(employee.reports, level + 1);
        }
      };
      visit(await Employee.where({ managerId: null }).with("reports.reports.reports"), 0);
      return rows;
    },
    sql: `WITH RECURSIVE tree AS (
            SELECT EmployeeId, LastName, Title, 0 AS level, printf('%03d', EmployeeId) AS path
            FROM Employee WHERE ReportsTo IS NULL
            UNION ALL
            SELECT e.EmployeeId, e.LastName, e.Title, level + 1, path || printf('/%03d', e.EmployeeId)
            FROM Employee e JOIN tree ON e.ReportsTo = tree.EmployeeId
          )
          SELECT printf('%*s', level * 2, '') || LastName AS employee, Title AS title FROM tree ORDER BY path`,
  },
  {
    text: 'On which playlists is "Miserere mei, Deus"?',
    async answer() {
      const track = await Track.where({ name: "Miserere mei, Deus" }).with("entries.playlist").oneOrFail();
      const names = [...track.entries].map(({ playlistId, playlist }) => ({ playlistId, name: playlist.value!.name }));
      return names.sort((a, b) => a.playlistId - b.playlistId);
    },
    sql: `SELECT p.PlaylistId AS playlistId, p.Name AS name
          FROM Track t JOIN PlaylistTrack USING (TrackId) JOIN Playlist p USING (PlaylistId)
          WHERE t.Name = 'Miserere mei, Deus' ORDER BY p.PlaylistId`,
  },
  {
    text: "What is the average invoice of each country?",
    answer: () =>
      Invoice.select({ country: Invoice.c.billingCountry, average: fn.avg(Invoice.c.total), invoices: fn.count() })
        .groupBy("billingCountry").orderBy(fn.avg(Invoice.c.total).desc(), "billingCountry").all(),
    sql: `SELECT BillingCountry AS country, avg(Total) AS average, count(*) AS invoices
          FROM Invoice GROUP BY BillingCountry ORDER BY average DESC, BillingCountry`,
  },
  {
    text: "Which songs of rock and metal are longest?",
    async answer() {
      const loud = Genre.where({ name__in: ["Rock", "Metal"] }).select("id");
      const tracks = await Track.where({ genreId__in: loud }).with("album.artist").orderBy("-milliseconds").limit(5);
      return tracks.map(({ name, milliseconds, album }) => ({
        track: name,
        artist: album.value!.artist.value!.name,
        minutes: milliseconds / 60_000,
      }));
    },
    sql: `SELECT t.Name AS track, a.Name AS artist, Milliseconds / 60000.0 AS minutes
          FROM Track t JOIN Genre g USING (GenreId) JOIN Album USING (AlbumId) JOIN Artist a USING (ArtistId)
          WHERE g.Name IN ('Rock', 'Metal') ORDER BY Milliseconds DESC LIMIT 5`,
  },
  {
    text: "Which artists have made more than nine albums?",
    async answer() {
      const counts = await Album.select({ id: Album.c.artistId, albums: fn.count() })
        .groupBy("artistId").having(fn.count().gt(9)).orderBy(fn.count().desc(), "artistId");
      const artists = byId(await Artist.where({ id__in: counts.map(({ id }) => id) }));
      return counts.map(({ id, albums }) => ({ artist: artists.get(id)!.name, albums }));
    },
    sql: `SELECT a.Name AS artist, count(*) AS albums FROM Album JOIN Artist a USING (ArtistId)
          GROUP BY a.ArtistId HAVING albums > 9 ORDER BY albums DESC, a.ArtistId`,
  },
  {
    text: "How many invoices were there in each year?",
    answer() {
      const year = sql<string>`strftime('%Y', ${Invoice.c.invoiceDate})`;
      return Invoice.select({ year, invoices: fn.count(), revenue: fn.sum(Invoice.c.total) })
        .groupBy(year).orderBy(year).all();
    },
    sql: `SELECT strftime('%Y', InvoiceDate) AS year, count(*) AS invoices, sum(Total) AS revenue
          FROM Invoice GROUP BY year ORDER BY year`,
  },
  {
    text: "Which customers bought nothing in 2025?",
    async answer() {
      const buyers = Invoice.in(2025).select("customerId");
      const customers = await Customer.where({ id__notin: buyers }).orderBy("id");
      return customers.map(({ fullName }) => ({ customer: fullName }));
    },
    sql: `SELECT FirstName || ' ' || LastName AS customer FROM Customer
          WHERE CustomerId NOT IN (SELECT CustomerId FROM Invoice WHERE strftime('%Y', InvoiceDate) = '2025')
          ORDER BY CustomerId`,
  },
  {
    text: "Which tracks were sold more than once?",
    async answer() {
      const sold = fn.sum(InvoiceLine.c.quantity);
      const sums = await InvoiceLine.select({ id: InvoiceLine.c.trackId, sold })
        .groupBy("trackId").having(sold.gt(1)).orderBy(sold.desc(), "trackId");
      const tracks = byId(await Track.where({ id__in: sums.map(({ id }) => id) }));
      return sums.map(({ id, sold }) => ({ track: tracks.get(id)!.name, sold: Number(sold) }));
    },
    sql: `SELECT t.Name AS track, sum(Quantity) AS sold FROM InvoiceLine JOIN Track t USING (TrackId)
          GROUP BY t.TrackId HAVING sold > 1 ORDER BY sold DESC, t.TrackId`,
  },
];

function byId<R extends { readonly id: number }>(records: readonly R[]): ReadonlyMap<number, R> {
  return new Map(records.map((record) => [record.id, record]));
}

// ---- asking them

/** Rows as text. Sums of floating-point numbers depend on their order, so numbers are compared to two places. */
function shown(rows: readonly Row[]): string[] {
  return rows.map((row) =>
    Object.values(row).map((value) =>
      typeof value === "number" && !Number.isInteger(value) ? value.toFixed(2) : String(value)
    ).join(" · ")
  );
}

/** Rows of an answer that are printed. */
const SHOWN = 8;

async function ask(backend: SQLiteBackend, { text, answer, sql }: Question): Promise<boolean> {
  const answered = shown(await answer());
  const expected = shown(await backend.fetchAll<Row>(sql));
  const isSame = answered.length > 0 && answered.join("\n") === expected.join("\n");
  console.log(`\n${text}`);
  for (const line of answered.slice(0, SHOWN)) console.log(`  ${line}`);
  if (answered.length > SHOWN) console.log(`  … and ${answered.length - SHOWN} more`);
  console.log(`  same as SQL: ${isSame ? "yes" : "no"}`);
  return isSame;
}

async function main(path: string): Promise<number> {
  await using backend = new SQLiteBackend({ database: path, readOnly: true });
  ActiveRecord.configure(backend);
  if (!await Artist.tableExists()) {
    console.error(`"${path}" is a database, but it is not Chinook: it has no table "Artist"`);
    return 1;
  }
  let same = 0;
  for (const question of questions) {
    if (await ask(backend, question)) same++;
  }
  console.log(`\n${same} of ${questions.length} answers are the same as in plain SQL`);
  return same === questions.length ? 0 : 1;
}

const [path] = Deno.args;
if (path === undefined) {
  console.error("Which database? deno run --allow-read examples/existing_database.ts Chinook_Sqlite.sqlite");
  Deno.exit(1);
}
try {
  Deno.exitCode = await main(path);
} catch (error) {
  if (!(error instanceof ActiveRecordError)) throw error;
  console.error(`Cannot read "${path}": ${error.message}`);
  Deno.exitCode = 1;
}
