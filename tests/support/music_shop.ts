import { DatabaseSync } from "node:sqlite";

const TABLES = `
  CREATE TABLE Artist (ArtistId INTEGER PRIMARY KEY, Name NVARCHAR(120));
  CREATE TABLE Album (AlbumId INTEGER PRIMARY KEY, Title NVARCHAR(160) NOT NULL, ArtistId INTEGER NOT NULL);
  CREATE TABLE Genre (GenreId INTEGER PRIMARY KEY, Name NVARCHAR(120));
  CREATE TABLE Track (TrackId INTEGER PRIMARY KEY, Name NVARCHAR(200) NOT NULL, AlbumId INTEGER, GenreId INTEGER,
    Milliseconds INTEGER NOT NULL, UnitPrice NUMERIC(10,2) NOT NULL);
  CREATE TABLE Playlist (PlaylistId INTEGER PRIMARY KEY, Name NVARCHAR(120));
  CREATE TABLE PlaylistTrack (PlaylistId INTEGER NOT NULL, TrackId INTEGER NOT NULL, PRIMARY KEY (PlaylistId, TrackId));
  CREATE TABLE Employee (EmployeeId INTEGER PRIMARY KEY, LastName NVARCHAR(20) NOT NULL, FirstName NVARCHAR(20) NOT NULL,
    Title NVARCHAR(30), ReportsTo INTEGER);
  CREATE TABLE Customer (CustomerId INTEGER PRIMARY KEY, FirstName NVARCHAR(40) NOT NULL, LastName NVARCHAR(20) NOT NULL,
    SupportRepId INTEGER);
  CREATE TABLE Invoice (InvoiceId INTEGER PRIMARY KEY, CustomerId INTEGER NOT NULL, InvoiceDate DATETIME NOT NULL,
    BillingCountry NVARCHAR(40), Total NUMERIC(10,2) NOT NULL);
  CREATE TABLE InvoiceLine (InvoiceLineId INTEGER PRIMARY KEY, InvoiceId INTEGER NOT NULL, TrackId INTEGER NOT NULL,
    UnitPrice NUMERIC(10,2) NOT NULL, Quantity INTEGER NOT NULL);
`;

const GENRES = ["Rock", "Metal", "Jazz", "Latin"];
const COUNTRIES = ["Norway", "Brazil", "Japan", null];

/** Makes a small database with the tables of a music shop, as somebody else would have made them. */
export function makeMusicShop(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(TABLES);
  const insert = (table: string, rows: readonly (readonly (string | number | null)[])[]) => {
    const statement = database.prepare(`INSERT INTO ${table} VALUES (${rows[0]!.map(() => "?").join(", ")})`);
    for (const row of rows) statement.run(...row);
  };
  const list = <T>(count: number, make: (number: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i + 1));
  insert("Artist", list(6, (id) => [id, `Artist ${id}`]));
  insert("Album", list(24, (id) => [id, `Album ${id}`, id <= 14 ? 1 : 2 + id % 5]));
  insert("Genre", GENRES.map((name, i) => [i + 1, name]));
  insert(
    "Track",
    list(
      120,
      (
        id,
      ) => [
        id,
        id === 24 ? "Miserere mei, Deus" : `Track ${id}`,
        1 + id % 24,
        1 + id % 4,
        100_000 + id * 7_919 % 900_000,
        0.99,
      ],
    ),
  );
  insert("Playlist", list(4, (id) => [id, `Playlist ${id}`]));
  insert("PlaylistTrack", list(4, (playlist) => list(30, (track) => [playlist, playlist * track])).flat());
  insert("Employee", [[1, "Adams", "Ann", "General Manager", null], [2, "Berg", "Bo", "Sales Manager", 1], [
    3,
    "Cruz",
    "Cy",
    "Agent",
    2,
  ]]);
  insert("Customer", list(9, (id) => [id, `First ${id}`, `Last ${id}`, 3]));
  insert(
    "Invoice",
    list(
      80,
      (id) => [id, 1 + id % 8, `${2021 + id % 5}-0${1 + id % 9}-15 00:00:00`, COUNTRIES[id % 4]!, 0.99 * (1 + id % 7)],
    ),
  );
  insert("InvoiceLine", list(200, (id) => [id, 1 + id % 80, 1 + id * 13 % 110, 0.99, 1]));
  database.close();
}
