import assert from "node:assert/strict";
import { RelationError, RelationNotLoadedError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, Comment, makeUser, Post, Profile, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Reading relations that are loaded when they are first asked for. */
export const access: SuiteGroup = group("relation/access", basicModels, (test) => {
  test("belongsTo gives the record whose key the owner holds", async () => {
    const ada = await makeUser("Ada");
    const post = await Post.create({ title: "a", userId: ada.id });
    const author = await post.author;
    assert.ok(author instanceof User);
    assert.equal(author.name, "Ada");
  });

  test("belongsTo without a key is null and sends nothing", async ({ backend }) => {
    const post = await Post.create({ title: "a" });
    await assertQueries(backend, 0, async () => assert.equal(await post.author, null));
    assert.equal(post.author.value, null);
  });

  test("belongsTo with a key that leads nowhere is null, also when it is asked again", async ({ backend }) => {
    const post = await Post.create({ title: "a", userId: 4_711 });
    assert.equal(await post.author, null);
    await assertQueries(backend, 0, async () => assert.equal(await post.author, null));
    assert.equal(post.author.value, null);
  });

  test("hasOne gives null where there is none, and one of them where there are several", async () => {
    const ada = await makeUser("Ada");
    assert.equal(await ada.profile, null);
    await Profile.insertMany([{ userId: ada.id, bio: "a" }, { userId: ada.id, bio: "b" }]);
    const profile = await ada.profile.reload();
    assert.ok(profile instanceof Profile);
    assert.ok(["a", "b"].includes(profile.bio));
  });

  test("hasMany gives an empty list where there are none", async () => {
    const ada = await makeUser("Ada");
    assert.deepEqual(await ada.posts, []);
    assert.equal(ada.posts.length, 0);
  });

  test("hasMany gives the records that hold the owner's key, and no others", async () => {
    const [ada, bob] = await User.createMany([userValues("Ada"), userValues("Bob")]);
    await Post.insertMany([{ title: "a", userId: ada!.id }, { title: "b", userId: bob!.id }, {
      title: "c",
      userId: ada!.id,
    }, { title: "d" }]);
    assert.deepEqual((await ada!.posts).map((post) => post.title).sort(), ["a", "c"]);
  });

  test("a relation of a record that is not saved is empty", async ({ backend }) => {
    await Post.create({ title: "nobody's" });
    const user = new User(userValues("Ada"));
    await assertQueries(backend, 0, async () => {
      assert.deepEqual(await user.posts, []);
      assert.equal(await user.profile, null);
    });
    assert.equal(await user.posts.count(), 0);
    assert.equal(await user.posts.exists(), false);
  });

  test("a second await is answered by the record, and reload() asks again", async ({ backend }) => {
    const ada = await makeUser("Ada");
    await assertQueries(backend, 1, async () => {
      await ada.posts;
      await ada.posts;
    });
    await Post.create({ title: "a", userId: ada.id });
    assert.equal((await ada.posts).length, 0);
    assert.equal((await assertQueries(backend, 1, () => ada.posts.reload())).length, 1);
    assert.equal(ada.posts.length, 1);
  });

  test("a relation that is not loaded cannot be read at once", async () => {
    const ada = await makeUser("Ada");
    assert.equal(ada.posts.isLoaded, false);
    for (
      const read of [() => ada.posts.length, () => [...ada.posts], () => ada.posts.toArray(), () => ada.profile.value]
    ) {
      const error = await errorOf(RelationNotLoadedError, read);
      assert.match(error.message, /User\.(posts|profile) .*with\("(posts|profile)"\)/);
    }
    assert.ok(await errorOf(RelationError, () => ada.posts.length));
  });

  test("a loaded relation can be iterated over and counted", async () => {
    const ada = await makeUser("Ada");
    await Post.insertMany([{ title: "a", userId: ada.id }, { title: "b", userId: ada.id }]);
    await ada.posts;
    assert.equal(ada.posts.isLoaded, true);
    assert.equal(ada.posts.length, 2);
    assert.deepEqual([...ada.posts].map((post) => post.title).sort(), ["a", "b"]);
    assert.equal(ada.posts.toArray().length, 2);
  });

  test("a loaded value is stale when the key changes", async () => {
    const [ada, bob] = await User.createMany([userValues("Ada"), userValues("Bob")]);
    const post = await Post.create({ title: "a", userId: ada!.id });
    assert.equal((await post.author)?.name, "Ada");
    post.userId = bob!.id;
    assert.equal(post.author.isLoaded, false);
    await errorOf(RelationNotLoadedError, () => post.author.value);
    assert.equal((await post.author)?.name, "Bob");
    post.userId = null;
    assert.equal(await post.author, null);
  });

  test("relations are kept for each record by itself, and can be forgotten one by one or all", async ({ backend }) => {
    const ada = await makeUser("Ada");
    const same = await User.findOrFail(ada.id);
    await ada.posts;
    await ada.profile;
    assert.equal(same.posts.isLoaded, false);
    ada.clearRelations("posts");
    assert.deepEqual([ada.posts.isLoaded, ada.profile.isLoaded], [false, true]);
    ada.clearRelations();
    assert.equal(ada.profile.isLoaded, false);
    await assertQueries(backend, 2, async () => {
      await ada.posts;
      await ada.profile;
    });
    await ada.refresh();
    assert.equal(ada.posts.isLoaded, false);
  });

  test("records that were loaded together load a relation together", async ({ backend }) => {
    const users = await User.createMany(Array.from({ length: 10 }, (_, i) => userValues(`User ${i}`)));
    await Post.insertMany(users.map((user) => ({ title: `by ${user.name}`, userId: user.id })));
    const posts = await Post.query().orderBy("id");
    const names = await assertQueries(backend, 1, async () => {
      const found: (string | undefined)[] = [];
      for (const post of posts) found.push((await post.author)?.name);
      return found;
    });
    assert.deepEqual(names, users.map((user) => user.name));
  });

  test("siblings that ask at the same time share one query", async ({ backend }) => {
    const users = await User.createMany(Array.from({ length: 10 }, (_, i) => userValues(`User ${i}`)));
    await Post.insertMany(users.map((user) => ({ title: "a", userId: user.id })));
    const found = await User.all();
    await assertQueries(backend, 1, () => Promise.all(found.map(async (user) => await user.posts)));
    assert.ok(found.every((user) => user.posts.length === 1));
  });

  test("siblings of siblings are loaded together as well", async ({ backend }) => {
    const users = await User.createMany(Array.from({ length: 3 }, (_, i) => userValues(`User ${i}`)));
    const posts = await Post.createMany(users.map((user) => ({ title: "a", userId: user.id })));
    await Comment.insertMany(posts.map((post) => ({ postId: post.id, body: `on ${post.id}` })));
    const found = await User.all();
    await assertQueries(backend, 2, async () => {
      for (const user of found) {
        for (const post of await user.posts) assert.equal((await post.comments).length, 1);
      }
    });
  });

  test("a record that was loaded alone loads its relation alone", async ({ backend }) => {
    const [ada] = await User.createMany([userValues("Ada"), userValues("Bob")]);
    const alone = await User.findOrFail(ada!.id);
    await assertQueries(backend, 1, async () => assert.deepEqual(await alone.posts, []));
  });

  test("a relation can be queried, counted and tested without being loaded", async ({ backend }) => {
    const ada = await makeUser("Ada");
    await Post.insertMany([
      { title: "a", userId: ada.id, status: "published" },
      { title: "b", userId: ada.id },
      { title: "c", status: "published" },
    ]);
    await assertQueries(backend, 5, async () => {
      assert.equal(await ada.posts.count(), 2);
      assert.equal(await ada.posts.exists(), true);
      assert.deepEqual(await ada.posts.where({ status: "published" }).pluck("title"), ["a"]);
      assert.deepEqual(await ada.posts.where((c) => c.title.gt("a")).pluck("title"), ["b"]);
      assert.deepEqual(await ada.posts.query().orderBy("-title").limit(1).pluck("title"), ["b"]);
    });
    assert.equal(ada.posts.isLoaded, false);
  });

  test("a condition with OR stays within the owner", async () => {
    const [ada, bob] = await User.createMany([userValues("Ada"), userValues("Bob")]);
    await Post.insertMany([{ title: "a", userId: ada!.id }, { title: "b", userId: bob!.id }]);
    assert.deepEqual(await ada!.posts.where("title = 'a' OR title = 'b'").pluck("title"), ["a"]);
  });

  test("an error while a relation is loaded reaches its caller and is not kept", async () => {
    const ada = await makeUser("Ada");
    const off = Post.on("afterLoad", () => {
      throw new RangeError("refused");
    });
    await Post.create({ title: "a", userId: ada.id });
    try {
      await errorOf(RangeError, async () => await ada.posts);
    } finally {
      off();
    }
    assert.equal((await ada.posts).length, 1);
  });

  test("toJSON() shows loaded relations and only those", async () => {
    const ada = await makeUser("Ada");
    await Post.create({ title: "a", userId: ada.id });
    assert.equal("posts" in ada.toJSON(), false);
    await ada.posts;
    const plain = JSON.parse(JSON.stringify(ada));
    assert.deepEqual(plain.posts.map((post: { title: string }) => post.title), ["a"]);
    assert.equal("profile" in plain, false);
  });

  test("toJSON() of records that lead back to each other ends", async () => {
    const ada = await makeUser("Ada");
    await Post.create({ title: "a", userId: ada.id });
    const [post] = await Post.with("author.posts");
    const plain = JSON.parse(JSON.stringify(post));
    assert.equal(plain.author.name, "Ada");
  });
});
