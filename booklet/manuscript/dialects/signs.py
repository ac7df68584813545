"""Shortcodes of signs, such as `:heart:`; those of pictures are dropped, others printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from booklet.manuscript.dialects import said

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_CODE = re.compile(r":([a-z0-9_+-]{1,40}):(?![\w`])")
_ICON = re.compile(
    r":(?:material|fontawesome|octicons|simple|fa|fas|far|fab|mdi|bi)-[a-z0-9-]{1,80}:"
    r"(?:\{[^{}\n]{0,80}\})?"
)
_NAME = re.compile(r"[a-z][a-z0-9+_-]*[a-z][a-z0-9+_-]*")

_PICTURE = ("M15", "the small picture {} was dropped", "write what it says, or set a picture")
_UNKNOWN = (
    "M16",
    "{} looks like the name of a sign, and is printed as typed",
    "put the sign itself here",
)

# The signs that are most used, under the names that GitHub and chat programs have for them.
_TABLE = """
❤ heart ❤ red_heart 💔 broken_heart 💕 two_hearts 💙 blue_heart 💚 green_heart
💛 yellow_heart 💜 purple_heart 🖤 black_heart 😀 grinning 😃 smiley 😄 smile 😁 grin
😆 laughing 😆 satisfied 😅 sweat_smile 🤣 rofl 😂 joy 🙂 slightly_smiling_face
🙃 upside_down_face 😉 wink 😊 blush 😇 innocent 😍 heart_eyes 🤩 star_struck 😘 kissing_heart
😋 yum 😛 stuck_out_tongue 😜 stuck_out_tongue_winking_eye 🤗 hugs 🤔 thinking
🤐 zipper_mouth_face 😐 neutral_face 😑 expressionless 😶 no_mouth 😏 smirk 😒 unamused
🙄 roll_eyes 😬 grimacing 😌 relieved 😔 pensive 😪 sleepy 😴 sleeping 😷 mask 🤢 nauseated_face
😵 dizzy_face 🤯 exploding_head 😎 sunglasses 🤓 nerd_face 😕 confused 😟 worried
🙁 slightly_frowning_face ☹ frowning_face 😮 open_mouth 😯 hushed 😲 astonished 😳 flushed
😨 fearful 😰 cold_sweat 😢 cry 😭 sob 😱 scream 😞 disappointed 😓 sweat 😩 weary 😫 tired_face
😤 triumph 😡 rage 😡 pout 😠 angry 😈 smiling_imp 💀 skull 💩 poop 💩 hankey 👻 ghost 👽 alien
🤖 robot 😺 smiley_cat 👋 wave ✋ hand ✋ raised_hand 👌 ok_hand ✌ v 🤞 crossed_fingers
👈 point_left 👉 point_right 👆 point_up_2 👇 point_down ☝ point_up 👍 +1 👍 thumbsup 👎 -1
👎 thumbsdown ✊ fist 👊 punch 👊 facepunch 👏 clap 🙌 raised_hands 👐 open_hands 🤝 handshake
🙏 pray ✍ writing_hand 💪 muscle 👀 eyes 👁 eye 🧠 brain 🤷 shrug 🤦 facepalm
👤 bust_in_silhouette 👥 busts_in_silhouette 👶 baby 👦 boy 👧 girl 👨 man 👩 woman 👮 cop
🎅 santa 🐶 dog 🐱 cat 🐭 mouse 🐰 rabbit 🦊 fox_face 🐻 bear 🐼 panda_face 🐸 frog 🐵 monkey_face
🐔 chicken 🐧 penguin 🐦 bird 🦆 duck 🦉 owl 🐺 wolf 🐴 horse 🦄 unicorn 🐝 bee 🐝 honeybee 🐛 bug
🦋 butterfly 🐌 snail 🐢 turtle 🐍 snake 🐙 octopus 🐳 whale 🐬 dolphin 🐟 fish 🐘 elephant
🐑 sheep 🐄 cow2 🐾 feet 🐾 paw_prints 💐 bouquet 🌸 cherry_blossom 🌹 rose 🌺 hibiscus
🌻 sunflower 🌷 tulip 🌱 seedling 🌲 evergreen_tree 🌳 deciduous_tree 🌵 cactus 🌾 ear_of_rice
🌿 herb 🍀 four_leaf_clover 🍁 maple_leaf 🍂 fallen_leaf 🍃 leaves 🍄 mushroom 🍎 apple
🍊 tangerine 🍋 lemon 🍌 banana 🍉 watermelon 🍇 grapes 🍓 strawberry 🍒 cherries 🍅 tomato
🥕 carrot 🌽 corn 🍞 bread 🧀 cheese 🍕 pizza 🍔 hamburger 🍟 fries 🍣 sushi 🍦 icecream 🍪 cookie
🎂 birthday 🍰 cake 🍫 chocolate_bar 🍯 honey_pot ☕ coffee 🍵 tea 🍷 wine_glass 🍺 beer 🍻 beers
🍴 fork_and_knife 🌍 earth_africa 🌎 earth_americas 🌏 earth_asia 🌐 globe_with_meridians
🗺 world_map 🏔 mountain_snow 🏠 house 🏡 house_with_garden 🏢 office 🏥 hospital 🏦 bank
🏫 school ⛪ church ⛺ tent 🌉 bridge_at_night 🚂 steam_locomotive 🚆 train2 🚌 bus 🚑 ambulance
🚒 fire_engine 🚗 car 🚗 red_car 🚕 taxi 🚚 truck 🚜 tractor 🚲 bike ✈ airplane 🚀 rocket 🚢 ship
⛵ boat ⛵ sailboat ⚓ anchor 🚧 construction ⌚ watch ⏰ alarm_clock ⏳ hourglass_flowing_sand
⌛ hourglass 🕐 clock1 🌙 crescent_moon ☀ sunny ⭐ star 🌟 star2 ✨ sparkles ⚡ zap 🔥 fire
💥 boom 💥 collision ☁ cloud ⛅ partly_sunny ☔ umbrella ❄ snowflake ⛄ snowman 🌊 ocean
💧 droplet 🌈 rainbow 💨 dash 🎉 tada 🎊 confetti_ball 🎈 balloon 🎁 gift 🎄 christmas_tree
🎃 jack_o_lantern 🏆 trophy 🥇 1st_place_medal 🥈 2nd_place_medal 🥉 3rd_place_medal ⚽ soccer
🏀 basketball 🎾 tennis 🎯 dart 🎮 video_game 🎲 game_die 🎨 art 🎭 performing_arts 🎬 clapper
🎤 microphone 🎧 headphones 🎵 musical_note 🎶 notes 🎸 guitar 🎹 musical_keyboard 🎺 trumpet
🎻 violin 📱 iphone ☎ phone ☎ telephone 💻 computer 🖥 desktop_computer 🖨 printer ⌨ keyboard
💾 floppy_disk 💿 cd 📷 camera 🎥 movie_camera 📺 tv 📻 radio 🔋 battery 🔌 electric_plug 💡 bulb
🔦 flashlight 📔 notebook_with_decorative_cover 📕 closed_book 📖 book 📖 open_book
📗 green_book 📘 blue_book 📙 orange_book 📚 books 📓 notebook 📒 ledger 📃 page_with_curl
📄 page_facing_up 📰 newspaper 📜 scroll 🔖 bookmark 🏷 label 💰 moneybag 💵 dollar 💶 euro
💳 credit_card 📈 chart_with_upwards_trend 📉 chart_with_downwards_trend 📊 bar_chart
✉ envelope 📧 email 📧 e-mail 📨 incoming_envelope 📦 package 📫 mailbox ✏ pencil2 📝 memo
📝 pencil ✒ black_nib 📁 file_folder 📂 open_file_folder 📅 date 📆 calendar 📋 clipboard
📌 pushpin 📍 round_pushpin 📎 paperclip 📏 straight_ruler ✂ scissors 🔒 lock 🔓 unlock 🔑 key
🔨 hammer ⚒ hammer_and_pick 🛠 hammer_and_wrench 🔧 wrench 🔩 nut_and_bolt ⚙ gear
⚖ balance_scale 🔗 link ⛓ chains 🧪 test_tube 🔬 microscope 🔭 telescope 💉 syringe 💊 pill
🚪 door 🛏 bed 🚽 toilet 🚿 shower 🛒 shopping_cart ⚠ warning ⛔ no_entry 🚫 no_entry_sign
☢ radioactive ⬆ arrow_up ↗ arrow_upper_right ➡ arrow_right ↘ arrow_lower_right
⬇ arrow_down ↙ arrow_lower_left ⬅ arrow_left ↖ arrow_upper_left ↔ left_right_arrow
↩ leftwards_arrow_with_hook ↪ arrow_right_hook ⤴ arrow_heading_up ⤵ arrow_heading_down
🔄 arrows_counterclockwise 🔙 back 🔜 soon 🔝 top ✅ white_check_mark ☑ ballot_box_with_check
✔ heavy_check_mark ❌ x ✖ heavy_multiplication_x ❎ negative_squared_cross_mark
➕ heavy_plus_sign ➖ heavy_minus_sign ➗ heavy_division_sign ❓ question ❔ grey_question
❗ exclamation ❗ heavy_exclamation_mark ❕ grey_exclamation ‼ bangbang 💯 100 🔴 red_circle
🔵 large_blue_circle 🟢 green_circle 🟡 yellow_circle 🟠 orange_circle ⚪ white_circle
⚫ black_circle 🔺 small_red_triangle ◼ black_medium_square ◻ white_medium_square
⬛ black_large_square ⬜ white_large_square ▶ arrow_forward ⏸ pause_button ⏹ stop_button
♻ recycle © copyright ® registered ™ tm ℹ information_source 🆕 new 🆗 ok 🆘 sos 🆓 free
♂ male_sign ♀ female_sign ♠ spades ♣ clubs ♥ hearts ♦ diamonds 🔔 bell 🔕 no_bell 📣 mega
📢 loudspeaker 💬 speech_balloon 💭 thought_balloon 🗣 speaking_head 🏁 checkered_flag
🚩 triangular_flag_on_post 🔍 mag 🔎 mag_right 💎 gem 👑 crown 🎓 mortar_board
🎒 school_satchel 👓 eyeglasses 👕 shirt 👗 dress 👟 athletic_shoe 🎩 tophat 💍 ring
☂ open_umbrella 🌂 closed_umbrella 0⃣ zero 1⃣ one 2⃣ two 3⃣ three 4⃣ four 5⃣ five 6⃣ six
7⃣ seven 8⃣ eight 9⃣ nine 🔟 keycap_ten #⃣ hash *⃣ asterisk
"""
SIGNS = dict(zip(_TABLE.split()[1::2], _TABLE.split()[::2], strict=True))


def signs_plugin(md: MarkdownIt) -> None:
    """Teach `md` the shortcodes of signs."""
    md.inline.ruler.before("escape", "signs", _sign)


def _sign(state: StateInline, silent: bool) -> bool:
    """Take `:heart:`, unless a letter or digit stands on either side."""
    text, at = state.src, state.pos
    if text[at] != ":" or said.in_word(state) or (at and text[at - 1] == ":"):
        return False
    found = _CODE.match(text, at, state.posMax)
    if icon := _ICON.match(text, at, state.posMax):
        return said.dropped_if(state, silent, icon, _PICTURE)
    if not found:
        return False
    if found[1] not in SIGNS:
        is_name = _NAME.fullmatch(found[1])
        return said.typed_if(state, silent, is_name and found, _UNKNOWN)
    if not silent:
        state.push("text_special", "", 0).content = SIGNS[found[1]]
    state.pos = found.end()
    return True
