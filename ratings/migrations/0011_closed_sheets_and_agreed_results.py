"""A closed sheet, a finished pass and an agreed result do not change: the database keeps it so."""

import django.db.models.deletion
from django.db import migrations, models

ALLOWED_IN_TESTS = r"""
    IF current_setting('ocop.testing_reset', true) = 'on' AND current_database() LIKE 'test\_%' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
"""
RESULT = f"""
CREATE FUNCTION ratings_keep_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {ALLOWED_IN_TESTS}
    IF OLD.agenda_item_id IS NOT NULL THEN
        RAISE EXCEPTION 'an agreed result does not change (%)', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER result_agreed BEFORE UPDATE OR DELETE ON ratings_result
    FOR EACH ROW EXECUTE FUNCTION ratings_keep_agreed();
"""
SHEET = f"""
CREATE FUNCTION ratings_keep_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    finished boolean;
BEGIN
    {ALLOWED_IN_TESTS}
    SELECT closed_at IS NOT NULL INTO finished FROM ratings_scoringpass WHERE id = OLD.scoring_pass_id;
    IF finished THEN
        RAISE EXCEPTION 'a sheet of a finished pass does not change (%)', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER scoresheet_finished BEFORE UPDATE OR DELETE ON ratings_scoresheet
    FOR EACH ROW EXECUTE FUNCTION ratings_keep_sheet();
"""
CHOICE = f"""
CREATE FUNCTION ratings_keep_choice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed boolean;
BEGIN
    {ALLOWED_IN_TESTS}
    SELECT sheet.closed_at IS NOT NULL OR pass.closed_at IS NOT NULL INTO closed
      FROM ratings_scoresheet sheet JOIN ratings_scoringpass pass ON pass.id = sheet.scoring_pass_id
     WHERE sheet.id = CASE WHEN TG_OP = 'INSERT' THEN NEW.sheet_id ELSE OLD.sheet_id END;
    IF closed THEN
        RAISE EXCEPTION 'a closed sheet does not change (%)', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER sheetchoice_closed BEFORE INSERT OR UPDATE OR DELETE ON ratings_sheetchoice
    FOR EACH ROW EXECUTE FUNCTION ratings_keep_choice();
"""
UNDO = """
DROP TRIGGER {1} ON ratings_{2};
DROP FUNCTION {0}();
"""


class Migration(migrations.Migration):
    dependencies = [("ratings", "0010_days_of_a_round")]

    operations = [
        migrations.AddField(
            "sheetchoice", "none_fits", models.BooleanField(default=False, verbose_name="no option fits")
        ),
        migrations.AddConstraint(
            "sheetchoice",
            models.CheckConstraint(
                condition=models.Q(("none_fits", False), ("option__isnull", True), _connector="OR"),
                name="sheet_choice_none_fits_or_option",
            ),
        ),
        migrations.AlterField(
            "agreedchoice",
            "option",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ratings.criterionoption",
            ),
        ),
        migrations.RunSQL(RESULT, UNDO.format("ratings_keep_agreed", "result_agreed", "result")),
        migrations.RunSQL(SHEET, UNDO.format("ratings_keep_sheet", "scoresheet_finished", "scoresheet")),
        migrations.RunSQL(CHOICE, UNDO.format("ratings_keep_choice", "sheetchoice_closed", "sheetchoice")),
    ]
