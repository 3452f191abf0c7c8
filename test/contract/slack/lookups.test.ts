import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { client, codeOf, stage } from "./stage.ts";

describe("conversations", () => {
  it("are described with what a careful app asks about", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const partner = (await web.conversations.info({ channel: "C0PARTNER1", include_num_members: true })).channel;
    assert.deepEqual(
      [partner?.is_ext_shared, partner?.is_member, partner?.is_private, partner?.num_members],
      [true, true, false, 5],
    );
    assert.equal((await web.conversations.info({ channel: "C0ARCHIVE1" })).channel?.is_archived, true);
    assert.equal(await codeOf(web.conversations.info({ channel: "C0RELEASES" })), "channel_not_found");
  });

  it("are listed in pages, by kind, without those the app cannot see", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const names: (string | undefined)[] = [];
    let cursor = "";
    do {
      const page = await web.conversations.list({
        limit: 2,
        cursor,
        exclude_archived: true,
        types: "public_channel,private_channel",
      });
      names.push(...(page.channels ?? []).map((channel) => channel.name));
      cursor = page.response_metadata?.next_cursor ?? "";
    } while (cursor !== "");
    assert.deepEqual(names, ["general", "deploys", "random", "partner", "announcements"]);
    assert.equal(await codeOf(web.conversations.list({ types: "secret" })), "invalid_types");
    assert.equal(await codeOf(web.conversations.list({ cursor: "x" })), "invalid_cursor");
    assert.equal(await codeOf(web.conversations.list({ types: "public_channel,mpim" })), "missing_scope");
  });

  it("are joined when public, and opened with people who are still there", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    assert.equal(await codeOf(web.conversations.join({ channel: "C0ARCHIVE1" })), "is_archived");
    assert.equal(await codeOf(web.conversations.join({ channel: "C0RANDOM01" })), "");
    const dm = await web.conversations.open({ users: "U0ANA00001" });
    assert.match(dm.channel?.id ?? "", /^D[A-Z0-9]{8,}$/);
    assert.equal(
      await codeOf(web.conversations.join({ channel: dm.channel?.id ?? "" })),
      "method_not_supported_for_channel_type",
    );
    assert.equal(await codeOf(web.conversations.open({ users: "U0OLD00001" })), "user_disabled");
    assert.deepEqual(
      (await web.conversations.members({ channel: "C0RANDOM01" })).members?.includes(playing.slack.ids.botUser),
      true,
    );
  });

  it("give history newest first and threads oldest first, without ephemeral messages", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const root = await web.chat.postMessage({ channel: "C0DEPLOYS1", text: "root" });
    await web.chat.postMessage({ channel: "C0DEPLOYS1", text: "reply", thread_ts: root.ts ?? "" });
    await web.chat.postMessage({ channel: "C0DEPLOYS1", text: "later" });
    await web.chat.postEphemeral({ channel: "C0DEPLOYS1", user: "U0ANA00001", text: "hidden" });
    const history = await web.conversations.history({ channel: "C0DEPLOYS1" });
    assert.deepEqual(
      history.messages?.map((message) => message.text),
      ["later", "root"],
    );
    const thread = await web.conversations.replies({ channel: "C0DEPLOYS1", ts: root.ts ?? "" });
    assert.deepEqual(
      thread.messages?.map((message) => message.text),
      ["root", "reply"],
    );
    assert.equal(thread.messages?.[0]?.reply_count, 1);
    assert.equal(
      await codeOf(web.conversations.replies({ channel: "C0DEPLOYS1", ts: "1.000001" })),
      "thread_not_found",
    );
    assert.equal(await codeOf(web.conversations.history({ channel: "C0RANDOM01" })), "not_in_channel");
  });
});

describe("people", () => {
  const about = async (id: string) => {
    await using playing = await stage();
    return (await client(playing.slack).users.info({ user: id })).user;
  };

  it("can be told apart: guests, strangers, machines and those who left", async () => {
    assert.equal((await about("U0GUS00001"))?.is_restricted, true);
    assert.equal((await about("U0EVE00001"))?.team_id, "T0PARTNER1");
    assert.equal((await about("U0OLD00001"))?.deleted, true);
    assert.deepEqual([(await about("U0FLOW0001"))?.is_bot, (await about("U0CANARY01"))?.is_bot], [true, true]);
    const ana = await about("U0ANA00001");
    assert.deepEqual([ana?.is_restricted, ana?.is_bot, ana?.deleted, ana?.tz], [false, false, false, "Europe/Berlin"]);
  });

  it("show their address only to those with the scope, and are found by it", async () => {
    await using playing = await stage();
    const { slack } = playing;
    assert.equal((await client(slack).users.lookupByEmail({ email: "Lee@Example.com" })).user?.id, "U0LEE00001");
    assert.equal(await codeOf(client(slack).users.lookupByEmail({ email: "old@example.com" })), "users_not_found");
    const narrow = client(slack, slack.issueToken({ scopes: ["users:read"] }));
    assert.equal((await narrow.users.info({ user: "U0LEE00001" })).user?.profile?.email, undefined);
    assert.equal(await codeOf(narrow.users.lookupByEmail({ email: "lee@example.com" })), "missing_scope");
    assert.equal(await codeOf(narrow.users.info({ user: "U0NOBODY01" })), "user_not_found");
  });

  it("stand in groups", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    assert.deepEqual((await web.usergroups.users.list({ usergroup: "S0APPROVER" })).users, [
      "U0LEE00001",
      "U0MAX00001",
    ]);
    assert.deepEqual(
      (await web.usergroups.list()).usergroups?.map((group) => group.handle),
      ["release-approvers", "on-call"],
    );
    assert.equal(await codeOf(web.usergroups.users.list({ usergroup: "S0RETIRED1" })), "no_such_subteam");
  });

  it("and apps can be described", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    assert.equal((await web.bots.info({ bot: "B0CANARY01" })).bot?.app_id, playing.slack.ids.app);
    assert.equal(await codeOf(web.bots.info({ bot: "B0NOBODY01" })), "bot_not_found");
    assert.equal((await web.team.info()).team?.id, playing.slack.ids.team);
  });
});

describe("bookmarks", () => {
  it("are added, changed, listed and removed", async () => {
    await using playing = await stage();
    const web = client(playing.slack);
    const channel_id = "C0DEPLOYS1";
    const added = await web.bookmarks.add({ channel_id, type: "link", title: "Runbook", link: "https://example.com" });
    const bookmark_id = added.bookmark?.id ?? "";
    await web.bookmarks.edit({ channel_id, bookmark_id, title: "Book" } as never);
    assert.deepEqual(
      (await web.bookmarks.list({ channel_id })).bookmarks?.map((one) => [one.title, one.link]),
      [["Book", "https://example.com"]],
    );
    assert.equal(
      await codeOf(web.bookmarks.add({ channel_id, type: "link", title: "x", link: "nowhere" })),
      "invalid_link",
    );
    await web.bookmarks.remove({ channel_id, bookmark_id });
    assert.equal(await codeOf(web.bookmarks.remove({ channel_id, bookmark_id })), "not_found");
  });
});
