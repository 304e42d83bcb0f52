import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, primaryKey, RelationError, ValidationError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, Comment, makeUser, Post, Profile, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Team extends ActiveRecord.define("teams", { id: primaryKey(), name: z.string() }) {
  get players() {
    return this.hasMany(() => Player, { dependent: "restrict" });
  }
  get badge() {
    return this.hasOne(() => Badge, { dependent: "delete" });
  }
}
class Player extends ActiveRecord.define("players", { id: primaryKey(), teamId: z.int(), name: z.string() }) {
  get team() {
    return this.belongsTo(() => Team);
  }
}
class Badge extends ActiveRecord.define("badges", { id: primaryKey(), teamId: z.int(), text: z.string() }) {}

const models = [...basicModels, Team, Player, Badge];

async function userWithPosts(...titles: string[]): Promise<User> {
  const user = await makeUser("Ada");
  await Post.insertMany(titles.map((title) => ({ title, userId: user.id })));
  return user;
}

const titlesOf = async (user: User) =>
  (await Post.where({ userId: user.id }).orderBy("title").pluck("title")).join(" ");

/** Changing relations, and what happens to them when their owner goes. */
export const write: SuiteGroup = group("relation/write", models, (test) => {
  test("hasMany.create() makes a record of the owner and adds it to what is loaded", async () => {
    const ada = await makeUser("Ada");
    await ada.posts;
    const post = await ada.posts.create({ title: "a" });
    assert.equal(post.userId, ada.id);
    assert.equal(post.isPersisted, true);
    assert.deepEqual([...ada.posts], [post]);
    assert.equal(await titlesOf(ada), "a");
  });

  test("hasMany.orderBy() and limit() refine the query of the relation", async () => {
    const ada = await userWithPosts("b", "c", "a");
    assert.deepEqual(await ada.posts.orderBy("-title").pluck("title"), ["c", "b", "a"]);
    assert.equal((await ada.posts.limit(2)).length, 2);
  });

  test("hasMany.create() checks its values and leaves the owner as it was", async () => {
    const ada = await makeUser("Ada");
    await ada.posts;
    await errorOf(ValidationError, () => ada.posts.create({ title: "" }));
    assert.equal(ada.posts.length, 0);
    assert.equal(await Post.count(), 0);
  });

  test("a relation of an owner that is not saved cannot be changed", async () => {
    const user = new User(userValues("Ada"));
    const error = await errorOf(RelationError, () => user.posts.create({ title: "a" }));
    assert.match(error.message, /User\.posts/);
    await errorOf(RelationError, () => user.profile.create({}));
  });

  test("hasMany.add() gives records to the owner, all or none", async () => {
    const ada = await makeUser("Ada");
    const saved = await Post.create({ title: "a" });
    const fresh = new Post({ title: "b" });
    await ada.posts;
    await ada.posts.add(saved, fresh);
    assert.equal(await titlesOf(ada), "a b");
    assert.equal(ada.posts.length, 2);
    const good = await Post.create({ title: "c" });
    const bad = new Post({ title: "d" });
    bad.title = "";
    await errorOf(ValidationError, () => ada.posts.add(good, bad));
    assert.equal(await titlesOf(ada), "a b");
    assert.deepEqual([good.userId, bad.userId, good.isDirty, bad.isNew], [null, null, false, true]);
    assert.equal(ada.posts.length, 2);
  });

  test("hasMany.remove() empties the key, or deletes where the relation says so", async () => {
    const ada = await userWithPosts("a", "b");
    const comment = await Comment.create({ body: "hi", userId: ada.id });
    await ada.comments;
    await ada.comments.remove(comment);
    assert.equal(comment.userId, null);
    assert.equal(ada.comments.length, 0);
    assert.equal(await Comment.count(), 1);
    const [a] = await ada.posts;
    await ada.posts.remove(a!);
    assert.equal(await titlesOf(ada), "b");
    assert.equal(await Post.count(), 1);
    assert.equal(ada.posts.length, 1);
  });

  test("hasMany.remove() refuses a record of somebody else", async () => {
    const ada = await userWithPosts("a");
    const other = await Post.create({ title: "x", userId: 4_711 });
    await errorOf(RelationError, () => ada.posts.remove(other));
    assert.equal(await Post.count(), 2);
  });

  test("hasMany.set() makes the given records the only ones", async () => {
    const ada = await userWithPosts("a", "b");
    const keep = (await Post.findBy({ title: "b" }))!;
    const fresh = new Post({ title: "c" });
    await ada.posts.set([keep, fresh]);
    assert.equal(await titlesOf(ada), "b c");
    assert.equal(await Post.count(), 2);
    assert.deepEqual([...ada.posts].map((post) => post.title), ["b", "c"]);
    await ada.posts.set([]);
    assert.equal(await Post.count(), 0);
  });

  test("hasMany.set() that fails changes nothing", async () => {
    const ada = await userWithPosts("a", "b");
    const bad = new Post({ title: "c" });
    bad.title = "";
    await errorOf(ValidationError, () => ada.posts.set([bad]));
    assert.equal(await titlesOf(ada), "a b");
    assert.deepEqual((await ada.posts.reload()).map((post) => post.title).sort(), ["a", "b"]);
  });

  test("a relation refuses records of another model", async () => {
    const ada = await makeUser("Ada");
    const error = await errorOf(RelationError, () => ada.posts.add(ada as never));
    assert.match(error.message, /User\.posts.*Post/);
    await errorOf(RelationError, () => ada.posts.set([{} as never]));
    await errorOf(RelationError, () => ada.profile.set(ada as never));
  });

  test("belongsTo.set() saves the owner with the other key", async () => {
    const ada = await makeUser("Ada");
    const post = await Post.create({ title: "a" });
    await post.author.set(ada);
    assert.equal(post.userId, ada.id);
    assert.equal(post.isDirty, false);
    assert.equal(post.author.value, ada);
    assert.equal((await Post.findOrFail(post.id)).userId, ada.id);
    await post.author.set(null);
    assert.equal((await Post.findOrFail(post.id)).userId, null);
    await errorOf(RelationError, () => post.author.set(new User(userValues("Bob"))));
  });

  test("belongsTo.create() makes the other record first, both or none", async () => {
    const post = await Post.create({ title: "a" });
    const ada = await post.author.create(userValues("Ada"));
    assert.equal((await Post.findOrFail(post.id)).userId, ada.id);
    const bad = await Post.create({ title: "b" });
    bad.title = "";
    await errorOf(ValidationError, () => bad.author.create(userValues("Bob")));
    assert.equal(await User.count(), 1);
    assert.equal(bad.userId, null);
  });

  test("hasOne.create() and hasOne.set() release the record that was there before", async () => {
    const ada = await makeUser("Ada");
    const first = await ada.profile.create({ bio: "first" });
    assert.equal(first.userId, ada.id);
    assert.equal(ada.profile.value, first);
    const second = await ada.profile.create({ bio: "second" });
    assert.equal((await Profile.findOrFail(first.id)).userId, null);
    assert.equal((await ada.profile.reload())?.id, second.id);
    await ada.profile.set(null);
    assert.equal(await Profile.where({ userId: ada.id }).count(), 0);
    assert.equal(await Profile.count(), 2);
  });

  test("hasOne with dependent delete removes the record that was there before", async () => {
    const team = await Team.create({ name: "Reds" });
    await team.badge.create({ text: "old" });
    await team.badge.create({ text: "new" });
    assert.deepEqual(await Badge.pluck("text"), ["new"]);
    await team.delete();
    assert.equal(await Badge.count(), 0);
  });

  test("delete() deletes what depends on the record, with its own dependents", async () => {
    const ada = await userWithPosts("a", "b");
    const [post] = await ada.posts;
    await Comment.insertMany([{ postId: post!.id, body: "x" }, { postId: 4_711, body: "elsewhere" }]);
    assert.equal(await ada.delete(), 1);
    assert.equal(await User.count(), 0);
    assert.equal(await Post.count(), 0);
    assert.deepEqual(await Comment.pluck("body"), ["elsewhere"]);
  });

  test("delete() sends the events of what depends on the record", async () => {
    const ada = await userWithPosts("a", "b");
    const deleted: string[] = [];
    const off = Post.on("afterDelete", (post) => void deleted.push(post.title));
    try {
      await ada.delete();
    } finally {
      off();
    }
    assert.deepEqual(deleted.sort(), ["a", "b"]);
  });

  test("delete() empties the key of what is nullified", async () => {
    const ada = await makeUser("Ada");
    await Comment.insertMany([{ userId: ada.id, body: "mine" }, { userId: 4_711, body: "other" }]);
    await ada.delete();
    assert.deepEqual(await Comment.orderBy("body").pluck("userId"), [null, 4_711]);
  });

  test("delete() is refused while there is something that restricts it, and nothing has happened", async () => {
    const team = await Team.create({ name: "Reds" });
    await team.badge.create({ text: "red" });
    const player = await team.players.create({ name: "Ann" });
    const error = await errorOf(RelationError, () => team.delete());
    assert.match(error.message, /Team.*players/);
    assert.deepEqual([await Team.count(), await Badge.count(), await Player.count()], [1, 1, 1]);
    assert.equal(team.isPersisted, true);
    await player.delete();
    assert.equal(await team.delete(), 1);
  });

  test("an error while dependents are deleted leaves everything as it was", async () => {
    const ada = await userWithPosts("a", "b");
    const off = Post.on("beforeDelete", (post) => {
      if (post.title === "b") throw new RangeError("kept");
    });
    try {
      await errorOf(RangeError, () => ada.delete());
    } finally {
      off();
    }
    assert.equal(ada.isPersisted, true);
    assert.equal(await titlesOf(ada), "a b");
    assert.equal(await ada.delete(), 1);
  });

  test("deleteAll() looks at no dependents", async ({ backend }) => {
    await userWithPosts("a");
    await assertQueries(backend, 1, () => User.where({ name: "Ada" }).deleteAll());
    assert.equal(await Post.count(), 1);
  });
});
