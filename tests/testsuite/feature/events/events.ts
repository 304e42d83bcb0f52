import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, primaryKey, type RecordEvent, ValidationError } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

const log: string[] = [];

class Letter extends ActiveRecord.define("letters", {
  id: primaryKey(),
  text: z.string().min(1),
  copies: z.int().default(0),
}) {
  override async beforeValidate() {
    await Promise.resolve();
    log.push("beforeValidate");
  }
  override afterValidate() {
    log.push("afterValidate");
  }
  override beforeSave() {
    log.push("beforeSave");
    this.text = this.text.toLowerCase();
  }
  override beforeCreate() {
    log.push("beforeCreate");
  }
  override beforeUpdate() {
    log.push("beforeUpdate");
  }
  override async afterCreate() {
    await Promise.resolve();
    log.push(`afterCreate ${this.isPersisted}`);
  }
  override afterUpdate() {
    log.push("afterUpdate");
  }
  override afterSave() {
    log.push("afterSave");
  }
  override beforeDelete() {
    log.push(`beforeDelete ${this.isPersisted}`);
  }
  override afterDelete() {
    log.push(`afterDelete ${this.isPersisted}`);
  }
  override afterLoad() {
    log.push("afterLoad");
  }
  override afterCommit() {
    log.push("afterCommit");
  }
}

class Plain extends ActiveRecord.define("plains", {
  id: primaryKey(),
  text: z.string().min(1),
  copies: z.int().default(0),
}) {}

class Special extends Plain {}

function taken(): string[] {
  return log.splice(0);
}

/** Runs a function with listeners that are removed afterwards. */
async function listening(
  events: Partial<Record<RecordEvent, (record: Plain) => void | Promise<void>>>,
  run: () => unknown,
) {
  const offs = Object.entries(events).map(([event, listener]) => Plain.on(event as RecordEvent, listener));
  try {
    await run();
  } finally {
    offs.forEach((off) => off());
  }
}

/** What a model is told about its records. */
export const events: SuiteGroup = group("events/events", [Letter, Plain], (test) => {
  test("the events of an insert come in their order", async () => {
    taken();
    await Letter.create({ text: "A" });
    assert.deepEqual(taken(), [
      "beforeValidate",
      "afterValidate",
      "beforeSave",
      "beforeCreate",
      "afterCreate true",
      "afterSave",
      "afterCommit",
    ]);
  });

  test("the events of an update come in their order", async () => {
    const letter = await Letter.create({ text: "A" });
    taken();
    await letter.update({ copies: 1 });
    assert.deepEqual(taken(), [
      "beforeValidate",
      "afterValidate",
      "beforeSave",
      "beforeUpdate",
      "afterUpdate",
      "afterSave",
      "afterCommit",
    ]);
  });

  test("the events of a delete enclose it", async () => {
    const letter = await Letter.create({ text: "A" });
    taken();
    await letter.delete();
    assert.deepEqual(taken(), ["beforeDelete true", "afterDelete false", "afterCommit"]);
  });

  test("afterLoad is sent for each record that is read, and by refresh()", async () => {
    const letter = await Letter.create({ text: "A" });
    await Letter.create({ text: "B" });
    taken();
    await Letter.all();
    await Letter.find(letter.id);
    await letter.refresh();
    assert.deepEqual(taken(), ["afterLoad", "afterLoad", "afterLoad", "afterLoad"]);
  });

  test("what a method changes before a write is written", async () => {
    const letter = await Letter.create({ text: "LOUD" });
    assert.equal(letter.text, "loud");
    assert.equal((await Letter.findOrFail(letter.id)).text, "loud");
    await letter.update({ text: "AGAIN" });
    assert.equal((await Letter.findOrFail(letter.id)).text, "again");
    assert.equal(letter.isDirty, false);
  });

  test("a listener hears the records of its model, awaited and in the order of registration", async () => {
    const heard: string[] = [];
    const off = [
      Plain.on("beforeSave", async (plain) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        heard.push(`first ${plain.text}`);
      }),
      Plain.on("beforeSave", () => void heard.push("second")),
    ];
    try {
      await Plain.create({ text: "a" });
      await Letter.create({ text: "other" });
    } finally {
      off.forEach((each) => each());
    }
    assert.deepEqual(heard, ["first a", "second"]);
  });

  test("what a listener changes before a write is checked and written", async () => {
    await listening({ beforeCreate: (plain) => void (plain.copies = 7) }, async () => {
      const plain = await Plain.create({ text: "a" });
      assert.equal((await Plain.findOrFail(plain.id)).copies, 7);
    });
    await listening({ beforeSave: (plain) => void (plain.text = "") }, async () => {
      const error = await errorOf(ValidationError, () => Plain.create({ text: "b" }));
      assert.deepEqual(error.issues.map((issue) => issue.path), [["text"]]);
    });
    await listening({ beforeValidate: (plain) => void (plain.text ||= "filled in") }, async () => {
      const plain = new Plain({});
      await plain.save();
      assert.equal((await Plain.findOrFail(plain.id)).text, "filled in");
    });
    assert.equal(await Plain.count(), 2);
  });

  test("an error in a listener before a write prevents it and reaches the caller", async () => {
    const saved = await Plain.create({ text: "kept" });
    for (const event of ["beforeValidate", "afterValidate", "beforeSave", "beforeCreate"] as const) {
      await listening({ [event]: () => Promise.reject(new RangeError("veto")) }, async () => {
        const plain = new Plain({ text: "a" });
        await errorOf(RangeError, () => plain.save());
        assert.equal(plain.isNew, true);
      });
    }
    await listening({
      beforeUpdate() {
        throw new RangeError("veto");
      },
    }, async () => {
      saved.text = "changed";
      await errorOf(RangeError, () => saved.save());
      assert.equal(saved.isDirty, true);
    });
    await listening({ beforeDelete: () => Promise.reject(new RangeError("veto")) }, async () => {
      await errorOf(RangeError, () => saved.delete());
      assert.equal(saved.isPersisted, true);
    });
    assert.deepEqual(await Plain.pluck("text"), ["kept"]);
  });

  test("an error in a listener after a write undoes the write and the state of the record", async () => {
    const plain = new Plain({ text: "a" });
    await listening({ afterCreate: () => Promise.reject(new RangeError("undo")) }, async () => {
      await errorOf(RangeError, () => plain.save());
    });
    assert.deepEqual([plain.isNew, await Plain.count()], [true, 0]);
    await plain.save();
    await listening({ afterUpdate: () => Promise.reject(new RangeError("undo")) }, async () => {
      plain.text = "b";
      await errorOf(RangeError, () => plain.save());
    });
    assert.deepEqual([plain.isDirty, await Plain.pluck("text")], [true, ["a"]]);
    await listening({ afterDelete: () => Promise.reject(new RangeError("undo")) }, async () => {
      await errorOf(RangeError, () => plain.delete());
    });
    assert.deepEqual([plain.isPersisted, await Plain.count()], [true, 1]);
    assert.equal(await plain.save(), 1);
    assert.deepEqual(await Plain.pluck("text"), ["b"]);
  });

  test("off() and the function that on() gives stop delivery", async () => {
    let count = 0;
    const listener = () => void count++;
    const off = Plain.on("afterSave", listener);
    await Plain.create({ text: "a" });
    off();
    off();
    await Plain.create({ text: "b" });
    Plain.on("afterSave", listener);
    Plain.off("afterSave", listener);
    Plain.off("afterSave", listener);
    await Plain.create({ text: "c" });
    assert.equal(count, 1);
  });

  test("a listener of one record hears that record only", async () => {
    const [first, second] = await Plain.createMany([{ text: "a" }, { text: "b" }]);
    const heard: string[] = [];
    const listener = (record: Plain) => void heard.push(record.text);
    const off = first!.on("beforeSave", listener);
    await second!.update({ copies: 1 });
    await first!.update({ copies: 1 });
    await (await Plain.findOrFail(first!.id)).update({ copies: 2 });
    off();
    await first!.update({ text: "c" });
    first!.on("beforeSave", listener);
    first!.off("beforeSave", listener);
    await first!.update({ text: "d" });
    assert.deepEqual(heard, ["a"]);
  });

  test("a listener may remove itself while events are delivered", async () => {
    const heard: string[] = [];
    const off = Plain.on("afterSave", () => {
      heard.push("once");
      off();
    });
    const always = Plain.on("afterSave", () => void heard.push("always"));
    await Plain.create({ text: "a" });
    await Plain.create({ text: "b" });
    always();
    assert.deepEqual(heard, ["once", "always", "always"]);
  });

  test("a listener may save, query and delete other records", async () => {
    await listening({
      async afterCreate(plain) {
        if (plain.copies > 0) await Plain.create({ text: `${plain.text}'`, copies: plain.copies - 1 });
      },
    }, async () => {
      await Plain.create({ text: "a", copies: 2 });
    });
    assert.deepEqual(await Plain.pluck("text"), ["a", "a'", "a''"]);
    await listening({
      async beforeDelete(plain) {
        await Plain.where({ id__ne: plain.id }).deleteAll();
      },
    }, async () => void await (await Plain.first())!.delete());
    assert.equal(await Plain.count(), 0);
  });

  test("listeners of a class hear the records of classes that extend it", async ({ backend }) => {
    Special.configure(backend);
    const heard: string[] = [];
    const offs = [
      Plain.on("afterCreate", (record) => void heard.push(`base ${record.text}`)),
      Special.on("afterCreate", (record) => void heard.push(`special ${record.text}`)),
    ];
    try {
      await Special.create({ text: "s" });
      await Plain.create({ text: "p" });
    } finally {
      offs.forEach((off) => off());
    }
    assert.deepEqual(heard, ["base s", "special s", "base p"]);
  });

  test("save() without changes validates but writes nothing", async () => {
    const plain = await Plain.create({ text: "a" });
    const heard: string[] = [];
    await listening({
      afterSave: () => void heard.push("afterSave"),
      afterUpdate: () => void heard.push("afterUpdate"),
    }, async () => {
      assert.equal(await plain.save(), 0);
    });
    assert.deepEqual(heard, []);
  });

  test("a listener that changes a clean record in beforeSave makes it be written", async () => {
    const plain = await Plain.create({ text: "a" });
    await listening({ beforeSave: (record) => void (record.copies += 1) }, async () => {
      assert.equal(await plain.save(), 1);
    });
    assert.equal((await Plain.findOrFail(plain.id)).copies, 1);
  });

  test("writes of many rows at once send no events, createMany() sends those of each record", async () => {
    let count = 0;
    const increase = () => void count++;
    await listening(
      { beforeSave: increase, afterSave: increase, beforeDelete: increase, afterDelete: increase },
      async () => {
        await Plain.insertMany([{ text: "a" }, { text: "b" }]);
        await Plain.where({ text: "a" }).updateAll({ copies: 1 });
        await Plain.where({ text: "a" }).deleteAll();
        assert.equal(count, 0);
        await Plain.createMany([{ text: "c" }, { text: "d" }]);
        assert.equal(count, 4);
      },
    );
  });

  test("afterCommit of a single save is sent once it is committed", async () => {
    const seen: number[] = [];
    await listening({
      async afterCommit(plain) {
        seen.push(await Plain.where({ id: plain.id }).count());
        assert.equal(Plain.backend.inTransaction, false);
      },
    }, async () => void await Plain.create({ text: "a" }));
    assert.deepEqual(seen, [1]);
  });

  test("afterCommit waits for the outermost transaction, afterRollback for its end", async () => {
    const heard: string[] = [];
    await listening({
      afterCommit: (plain) => void heard.push(`commit ${plain.text}`),
      afterRollback: (plain) => void heard.push(`rollback ${plain.text}`),
    }, async () => {
      await Plain.transaction(async () => {
        await Plain.create({ text: "a" });
        await Plain.transaction(async () => void await Plain.create({ text: "b" }));
        await assert.rejects(Plain.transaction(async () => {
          await Plain.create({ text: "c" });
          throw new Error("inner");
        }));
        assert.deepEqual(heard, ["rollback c"]);
      });
      assert.deepEqual(heard, ["rollback c", "commit a", "commit b"]);
      heard.length = 0;
      await assert.rejects(Plain.transaction(async () => {
        await Plain.create({ text: "d" });
        throw new Error("outer");
      }));
      assert.deepEqual(heard, ["rollback d"]);
    });
  });

  test("afterCommit is sent once for a save with handlers inside and outside a transaction", async () => {
    let commits = 0;
    await listening({ afterCommit: () => void commits++, afterSave: () => {}, afterCreate: () => {} }, async () => {
      await Plain.create({ text: "a" });
      assert.equal(commits, 1);
      await Plain.transaction(async () => void await Plain.create({ text: "b" }));
      assert.equal(commits, 2);
    });
  });

  test("Promise.all() of saves with handlers works inside and outside a transaction", async () => {
    await listening({ beforeSave: () => {}, afterSave: async () => void await Plain.count() }, async () => {
      const make = (prefix: string) =>
        Promise.all(Array.from({ length: 10 }, (_, i) => Plain.create({ text: `${prefix}${i}` })));
      await make("out");
      await Plain.transaction(() => make("in"));
      const all = await Plain.all();
      await Plain.transaction(() => Promise.all(all.map((plain) => plain.update({ copies: 3 }))));
    });
    assert.equal(await Plain.where({ copies: 3 }).count(), 20);
  });
});
