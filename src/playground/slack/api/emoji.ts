const names = `
  +1 -1 100 airplane alarm_clock arrow_down arrow_forward arrow_left arrow_right arrow_up back ballot_box_with_check baby_chick bangbang bar_chart bell
  bird black_circle black_square_for_stop blue_heart boom bug bulb calendar chart_with_downwards_trend chart_with_upwards_trend clap clipboard clock1 cloud
  construction crown double_vertical_bar exclamation eyes fast_forward fire flag-de gear ghost green_heart grey_question hand hatched_chick hatching_chick
  heart heavy_check_mark heavy_exclamation_mark heavy_minus_sign heavy_plus_sign heavy_multiplication_x hourglass hourglass_flowing_sand hammer_and_wrench
  inbox_tray information_source joy key large_blue_circle large_green_circle large_orange_circle large_purple_circle large_yellow_circle leftwards_arrow_with_hook
  link lock loudspeaker mag mega memo microscope mute muscle no_bell no_entry no_entry_sign octagonal_sign ok ok_hand package partying_face party_blob pause_button
  pencil point_right pray package pushpin question raised_hand raised_hands recycle red_circle repeat rewind robot_face rocket rotating_light sad satellite seedling
  shield skull slightly_smiling_face smile smiley sparkles star stop_sign stopwatch sweat tada test_tube thinking_face thumbsdown thumbsup timer_clock tools
  traffic_light turtle unlock warning wave white_check_mark white_circle wrench x yellow_heart zap zzz eight_spoked_asterisk checkered_flag
  black_right_pointing_double_triangle_with_vertical_bar black_right_pointing_triangle_with_double_vertical_bar
`;

/** The emoji that reactions may use here: a part of Slack's, so a name that is refused here may still exist there. */
export const knownEmoji: ReadonlySet<string> = new Set(names.split(/\s+/).filter((name) => name !== ""));
