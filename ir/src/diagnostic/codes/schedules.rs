//! Schedules.

codes! {
    Error UNKNOWN_PRESET = 801, "there is no schedule preset of this name";
    Error SCHEDULE_FILE = 802, "a schedule file cannot be read";
    Error UNKNOWN_TRANSFORMATION = 803, "there is no transformation of this name";
    Error SCHEDULE_PLACE = 804, "a schedule names a loop or temporary that is not there";
    Error NOT_LEGAL = 805, "a transformation would change the results";
}
