import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, instant, primaryKey, RelationError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, Comment, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Three users with four posts each, and two comments on each post. */
async function blog(): Promise<void> {
  const users = await User.createMany(["Ada", "Bob", "Cid"].map((name) => userValues(name)));
  const posts = await Post.createMany(
    users.flatMap((user) =>
      [1, 2, 3, 4].map((n) => ({
        userId: user.id,
        title: `${user.name} ${n}`,
        views: n * 10,
        status: n % 2 === 0 ? "published" as const : "draft" as const,
      }))
    ),
  );
  await Comment.insertMany(
    posts.flatMap((post, i) => [1, 2].map((n) => ({ postId: post.id, userId: users[i % 3]!.id, body: `${n}` }))),
  );
}

const titles = (posts: Iterable<Post>) => [...posts].map((post) => post.title);

/** Its number is a bigint, and that of the one that points to it a number. */
class Meter extends ActiveRecord.define("meters", { id: primaryKey(z.bigint()), name: z.string() }) {
  get readings() {
    return this.hasMany(() => MeterReading, { foreignKey: "meterId" });
  }
}

class MeterReading extends ActiveRecord.define("meter_readings", {
  at: primaryKey(instant()),
  meterId: z.int(),
  noteAt: instant({ nullable: true, default: null }),
}) {
  get meter() {
    return this.belongsTo(() => Meter, { foreignKey: "meterId" });
  }
  get note() {
    return this.belongsTo(() => MeterReading, { foreignKey: "noteAt" });
  }
}

/** Relations that are loaded with the query. */
export const eager: SuiteGroup = group("relation/eager", [...basicModels, Meter, MeterReading], (test) => {
  test("keys are equal that are the same number or the same time, of whatever class their values are", async () => {
    const times = [1, 2].map((second) => Temporal.Instant.from(`2024-05-01T10:00:0${second}Z`));
    await Meter.insertMany([{ id: 1n, name: "first" }, { id: 2n, name: "second" }]);
    await MeterReading.insertMany([{ at: times[0]!, meterId: 1 }, { at: times[1]!, meterId: 1, noteAt: times[0]! }]);

    const meters = await Meter.with("readings").orderBy("id");
    assert.deepEqual(meters.map(({ readings }) => readings.length), [2, 0]);
    const readings = await MeterReading.with("meter", "note").orderBy("at");
    assert.deepEqual(readings.map(({ meter }) => meter.value?.name), ["first", "first"]);
    assert.deepEqual(readings.map(({ note }) => note.value?.at.toString()), [undefined, times[0]!.toString()]);
    const [alone] = await MeterReading.orderBy("-at");
    assert.equal((await alone!.meter)?.name, "first");
  });

  test("with() sends one query for each relation, however many records there are", async ({ backend }) => {
    await blog();
    const users = await assertQueries(backend, 2, () => User.with("posts").orderBy("id").all());
    assert.deepEqual(users.map((user) => user.posts.length), [4, 4, 4]);
    await User.createMany(Array.from({ length: 20 }, (_, i) => userValues(`More ${i}`)));
    await assertQueries(backend, 2, () => User.with("posts").all());
  });

  test("with() loads a path and everything on the way", async ({ backend }) => {
    await blog();
    const users = await assertQueries(backend, 4, () => User.with("posts.comments.author").orderBy("id").all());
    for (const user of users) {
      for (const post of user.posts) {
        assert.equal(post.comments.length, 2);
        for (const comment of post.comments) assert.equal(comment.author.value instanceof User, true);
      }
    }
  });

  test("order of declaration and repeated paths make no difference", async ({ backend }) => {
    await blog();
    const shapes = [
      () => User.with("posts", "posts.comments", "comments"),
      () => User.with("comments", "posts.comments", "posts"),
      () => User.with("posts.comments", "posts.comments", "posts", "comments", "comments"),
      () => User.query().with("posts").with("comments").with("posts.comments"),
      () => User.with({ comments: true, posts: true }, "posts.comments"),
    ];
    for (const shape of shapes) {
      const users = await assertQueries(backend, 4, () => shape().orderBy("id").all());
      assert.deepEqual(users.map((user) => [user.posts.length, user.comments.length]), [[4, 8], [4, 8], [4, 8]]);
      assert.ok(users.every((user) => [...user.posts].every((post) => post.comments.length === 2)));
    }
  });

  test("with() loads belongsTo once for owners that share it, and null for owners without", async ({ backend }) => {
    await blog();
    await Post.insertMany([{ title: "nobody's" }, { title: "lost", userId: 999_999 }]);
    const posts = await assertQueries(backend, 2, () => Post.with("author").orderBy("id").all());
    assert.equal(posts[0]!.author.value?.name, "Ada");
    assert.deepEqual(posts.slice(-2).map((post) => post.author.value), [null, null]);
  });

  test("with() loads hasOne", async ({ backend }) => {
    await blog();
    const users = await assertQueries(backend, 2, () => User.with("profile").all());
    assert.ok(users.every((user) => user.profile.isLoaded && user.profile.value === null));
  });

  test("with() of no records sends one query only", async ({ backend }) => {
    await assertQueries(backend, 1, () => User.with("posts.comments").all());
  });

  test("with() works with first(), find(), one() and limit()", async ({ backend }) => {
    await blog();
    const first = await assertQueries(backend, 2, () => User.with("posts").first());
    assert.equal(first?.posts.length, 4);
    const found = await assertQueries(backend, 2, () => User.with("posts").find(first!.id));
    assert.equal(found?.posts.isLoaded, true);
    const limited = await assertQueries(backend, 2, () => User.with("posts").orderBy("-id").limit(2).all());
    assert.deepEqual(limited.map((user) => user.posts.length), [4, 4]);
    assert.equal(await User.with("posts").count(), 3);
    const batches = User.with("posts").inBatches({ size: 2 });
    for await (const batch of batches) assert.ok(batch.every((user) => user.posts.isLoaded));
  });

  test("a modifier filters and orders its own level only", async ({ backend }) => {
    await blog();
    const users = await assertQueries(
      backend,
      3,
      () =>
        User.with({ posts: (posts) => posts.where({ status: "published" }).orderBy("-views") }, "posts.comments")
          .orderBy("id").all(),
    );
    assert.equal(users.length, 3);
    assert.deepEqual(titles(users[0]!.posts), ["Ada 4", "Ada 2"]);
    assert.ok(users.every((user) => [...user.posts].every((post) => post.comments.length === 2)));
  });

  test("a modifier may itself load relations", async ({ backend }) => {
    await blog();
    const users = await assertQueries(backend, 3, () =>
      User.with({
        posts: (posts) => posts.where({ views__gt: 20 }).with("comments"),
      }).all());
    assert.ok(users.every((user) => user.posts.length === 2));
    assert.ok(users.every((user) => [...user.posts].every((post) => post.comments.length === 2)));
  });

  test("the last modifier of a path wins", async () => {
    await blog();
    const users = await User
      .with({ posts: (posts) => posts.where({ status: "published" }) })
      .with({ posts: (posts) => posts.where({ views: 10 }) })
      .orderBy("id");
    assert.deepEqual(users.map((user) => titles(user.posts)), [["Ada 1"], ["Bob 1"], ["Cid 1"]]);
  });

  test("a path without modifier leaves the one that was given before", async () => {
    await blog();
    const users = await User.with({ posts: (posts) => posts.where({ views: 10 }) }).with("posts").orderBy("id");
    assert.deepEqual(users.map((user) => user.posts.length), [1, 1, 1]);
  });

  test("the limit of a modifier counts for each owner", { requires: ["windowFunctions"] }, async ({ backend }) => {
    await blog();
    const users = await assertQueries(
      backend,
      2,
      () => User.with({ posts: (posts) => posts.orderBy("-views").limit(2) }).orderBy("id").all(),
    );
    assert.deepEqual(users.map((user) => titles(user.posts)), [
      ["Ada 4", "Ada 3"],
      ["Bob 4", "Bob 3"],
      ["Cid 4", "Cid 3"],
    ]);
    const next = await User.with({ posts: (posts) => posts.orderBy("views").limit(2).offset(1) }).orderBy("id");
    assert.deepEqual(titles(next[0]!.posts), ["Ada 2", "Ada 3"]);
    const rest = await User.with({ posts: (posts) => posts.orderBy("views").offset(3) }).orderBy("id");
    assert.deepEqual(rest.map((user) => titles(user.posts)), [["Ada 4"], ["Bob 4"], ["Cid 4"]]);
    const none = await User.with({ posts: (posts) => posts.limit(0) });
    assert.deepEqual(none.map((user) => user.posts.length), [0, 0, 0]);
  });

  test("a limit for each owner works with conditions and relations behind it", {
    requires: ["windowFunctions"],
  }, async ({ backend }) => {
    await blog();
    const users = await assertQueries(
      backend,
      3,
      () =>
        User.with({ posts: (posts) => posts.where({ status: "draft" }).orderBy("-views").limit(1).with("comments") })
          .orderBy("id").all(),
    );
    assert.deepEqual(users.map((user) => titles(user.posts)), [["Ada 3"], ["Bob 3"], ["Cid 3"]]);
    assert.ok(users.every((user) => user.posts.toArray()[0]!.comments.length === 2));
  });

  test("a modifier that gives something else than its query is refused", async () => {
    await blog();
    await errorOf(RelationError, async () => await User.with({ posts: (() => undefined) as never }));
    await errorOf(RelationError, async () => await User.with({ posts: (() => Comment.query()) as never }));
    await errorOf(RelationError, () => User.with({ posts: 1 } as never));
    await errorOf(RelationError, () => User.with(null as never));
  });

  test("malformed and unknown paths are refused with the names of the relations", async ({ backend }) => {
    await assertQueries(backend, 0, async () => {
      for (
        const path of ["", ".", ".posts", "posts.", "posts..comments", " posts", "nope", "name", "save"]
      ) {
        const error = await errorOf(RelationError, () => User.with(path as never));
        assert.match(error.message, /User.*posts, comments, profile$/, path);
      }
      assert.match((await errorOf(RelationError, () => User.with("initial" as never))).message, /User\.initial/);
      const deep = await errorOf(RelationError, () => User.with("posts.nope" as never));
      assert.match(deep.message, /"nope" of Post.*author, comments/);
      // @ts-expect-error: the types know the relations
      await errorOf(RelationError, () => User.with("post"));
      // @ts-expect-error: and those behind them
      await errorOf(RelationError, () => User.with("posts.nobody"));
    });
  });

  test("records that were loaded with a relation are siblings for the next one", async ({ backend }) => {
    await blog();
    const users = await User.with("posts");
    await assertQueries(backend, 1, async () => {
      for (const user of users) {
        for (const post of user.posts) assert.equal((await post.comments).length, 2);
      }
    });
  });

  test("owners do not share the list of a relation", async () => {
    await blog();
    const [a, b] = await Promise.all([User.with("posts").first(), User.with("posts").first()]);
    (await a!.posts).pop();
    assert.equal(b!.posts.length, 4);
  });

  test("every record that a relation gives has sent afterLoad", async () => {
    await blog();
    let loaded = 0;
    const off = Post.on("afterLoad", () => void loaded++);
    try {
      await User.with("posts");
    } finally {
      off();
    }
    assert.equal(loaded, 12);
  });
});
