// @ts-check
/** Short names of the emoji that deployment chat uses. A name that is not here stays as `:name:`. */

const TABLE = `
+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|ok_hand 👌|wave 👋|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|raised_hand ✋|hand ✋|vulcan_salute 🖖|v ✌️|crossed_fingers 🤞|man_shrugging 🤷‍♂️|shrug 🤷|point_right 👉|point_left 👈
point_up 👆|point_down 👇|eyes 👀|brain 🧠|smile 😄|smiley 😃|grinning 😀|grin 😁|slightly_smiling_face 🙂|wink 😉|joy 😂
sweat_smile 😅|thinking_face 🤔|neutral_face 😐|cry 😢|sob 😭|scream 😱|sunglasses 😎|partying_face 🥳|tada 🎉|confetti_ball 🎊
heart ❤️|green_heart 💚|yellow_heart 💛|fire 🔥|sparkles ✨|star ⭐|star2 🌟|boom 💥|zap ⚡|100 💯|rocket 🚀|ship 🚢|package 📦
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎|heavy_multiplication_x ✖️|heavy_minus_sign ➖|heavy_plus_sign ➕
warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|rotating_light 🚨|construction 🚧|question ❓|exclamation ❗
grey_question ❔|bangbang ‼️|information_source ℹ️|red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡
large_green_circle 🟢|large_blue_circle 🔵|large_purple_circle 🟣|white_circle ⚪|black_circle ⚫|large_green_square 🟩
large_yellow_square 🟨|large_orange_square 🟧|large_red_square 🟥|large_blue_square 🟦|white_large_square ⬜|black_large_square ⬛
white_medium_square ◻️|black_medium_square ◼️|small_blue_diamond 🔹|small_orange_diamond 🔸|arrow_right ➡️|arrow_left ⬅️
arrow_up ⬆️|arrow_down ⬇️|arrow_forward ▶️|arrow_backward ◀️|fast_forward ⏩|rewind ⏪|black_square_for_stop ⏹️|double_vertical_bar ⏸️
pause_button ⏸️|stop_button ⏹️|play_or_pause_button ⏯️|black_right_pointing_double_triangle_with_vertical_bar ⏭️|arrows_counterclockwise 🔄
arrows_clockwise 🔃|leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️|repeat 🔁|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰
clock1 🕐|clock3 🕒|calendar 📆|date 📅|lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢
speech_balloon 💬|thought_balloon 💭|memo 📝|clipboard 📋|pushpin 📌|paperclip 📎|link 🔗|mag 🔍|bulb 💡|wrench 🔧|hammer 🔨
hammer_and_wrench 🛠️|gear ⚙️|nut_and_bolt 🔩|toolbox 🧰|shield 🛡️|bug 🐛|robot_face 🤖|computer 💻|satellite 🛰️|electric_plug 🔌
chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|microscope 🔬|test_tube 🧪|thermometer 🌡️|ambulance 🚑
bird 🐦|hatching_chick 🐣|hatched_chick 🐥|baby_chick 🐤|snail 🐌|turtle 🐢|cat 🐱|dog 🐶|skull 💀|ghost 👻|pick ⛏️|rock 🪨
seedling 🌱|herb 🌿|coffee ☕|pizza 🍕|beer 🍺|cake 🍰|trophy 🏆|medal 🏅|checkered_flag 🏁|triangular_flag_on_post 🚩|crystal_ball 🔮
sunny ☀️|partly_sunny ⛅|cloud ☁️|rain_cloud 🌧️|thunder_cloud_and_rain ⛈️|snowflake ❄️|fog 🌫️|rainbow 🌈|crescent_moon 🌙|earth_africa 🌍
globe_with_meridians 🌐|house 🏠|office 🏢|factory 🏭|see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊|handshake 🤝|traffic_light 🚦
vertical_traffic_light 🚦|twisted_rightwards_arrows 🔀|wastebasket 🗑️|floppy_disk 💾|inbox_tray 📥|outbox_tray 📤|ok 🆗|new 🆕|sos 🆘|zzz 💤
one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|six 6️⃣|seven 7️⃣|eight 8️⃣|nine 9️⃣|keycap_ten 🔟|zero 0️⃣`;

/** @type {ReadonlyMap<string, string>} */
const EMOJI = new Map(
  TABLE.trim()
    .split(/[\n|]/)
    .map((entry) => /** @type {[string, string]} */ (entry.split(" "))),
);

const TONES = ["", "", "🏻", "🏼", "🏽", "🏾", "🏿"];

/** The character of a short name, or undefined. @param {string} name @returns {string | undefined} */
export function emojiOf(name) {
  return EMOJI.get(name);
}

/**
 * Reads `:name:` (and a skin tone behind it) at a place in a text; undefined when no known name stands there.
 * @param {string} text @param {number} at
 * @returns {{ node: { kind: "emoji", name: string, unicode: string }, length: number } | undefined}
 */
export function emojiAt(text, at) {
  const match = /^:([a-z0-9_+'-]{1,80}):(?::skin-tone-([2-6]):)?/.exec(text.slice(at, at + 100));
  const base = match ? EMOJI.get(match[1] ?? "") : undefined;
  if (!match || base === undefined) return undefined;
  const unicode = base + (TONES[Number(match[2] ?? 0)] ?? "");
  return { node: { kind: "emoji", name: match[1] ?? "", unicode }, length: match[0].length };
}
