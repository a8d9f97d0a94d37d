"""Revisions append and published targets keep what they promise: the database keeps it so."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ALLOWED_IN_TESTS = r"""
    IF current_setting('ocop.testing_reset', true) = 'on' AND current_database() LIKE 'test\_%' THEN
        RETURN CASE WHEN TG_OP = 'UPDATE' THEN NEW ELSE OLD END;
    END IF;
"""
REVISION = f"""
CREATE FUNCTION plans_keep_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {ALLOWED_IN_TESTS}
    RAISE EXCEPTION 'a revision does not change (%)', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER revision_kept BEFORE UPDATE OR DELETE ON plans_revision
    FOR EACH ROW EXECUTE FUNCTION plans_keep_revision();
CREATE TRIGGER revision_kept_whole BEFORE TRUNCATE ON plans_revision
    FOR EACH STATEMENT EXECUTE FUNCTION plans_keep_revision();
"""
UNDO_REVISION = """
DROP TRIGGER revision_kept ON plans_revision;
DROP TRIGGER revision_kept_whole ON plans_revision;
DROP FUNCTION plans_keep_revision();
"""
PROMISE = f"""
CREATE FUNCTION plans_keep_promise() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last plans_revision%ROWTYPE;
BEGIN
    {ALLOWED_IN_TESTS}
    IF TG_OP = 'DELETE' THEN
        IF OLD.promised_at IS NOT NULL THEN
            RAISE EXCEPTION 'a published target is not removed' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.promised_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.promised_at IS DISTINCT FROM OLD.promised_at THEN
        RAISE EXCEPTION 'a target was published once' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.words, NEW.comparator, NEW.number, NEW.number_max, NEW.deadline) IS NOT DISTINCT FROM
       (OLD.words, OLD.comparator, OLD.number, OLD.number_max, OLD.deadline) THEN
        RETURN NEW;
    END IF;
    SELECT * INTO last FROM plans_revision WHERE target_id = NEW.id ORDER BY id DESC LIMIT 1;
    IF (NEW.words, NEW.comparator, NEW.number, NEW.number_max, NEW.deadline) IS DISTINCT FROM
       (last.new_words, last.new_comparator, last.new_number, last.new_number_max, last.new_deadline) THEN
        RAISE EXCEPTION 'a published target changes by a revision only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER target_promise_kept BEFORE UPDATE OR DELETE ON plans_target
    FOR EACH ROW EXECUTE FUNCTION plans_keep_promise();
"""
UNDO_PROMISE = """
DROP TRIGGER target_promise_kept ON plans_target;
DROP FUNCTION plans_keep_promise();
"""
PUBLISHED_SO_FAR = """
UPDATE plans_target target SET promised_at = found.at
  FROM (SELECT plan.id, coalesce(min(entry.at), plan.published_at) AS at
          FROM plans_plan plan
          LEFT JOIN accounts_auditentry entry ON entry.act = 'plan.published'
               AND entry.object_type = 'plans.plan' AND entry.object_id = plan.id::text
         GROUP BY plan.id) found
 WHERE target.plan_id = found.id AND found.at IS NOT NULL;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_notices_by_mail'),
        ('areas', '0002_days_to_sign'),
        ('plans', '0002_monthly_reports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='target',
            name='promised_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='From then on words, number and deadline change by a revision only', null=True, verbose_name='first published at'),
        ),
        migrations.CreateModel(
            name='Breakdown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_area', models.BooleanField(default=True, verbose_name='by commune')),
                ('span', models.CharField(blank=True, choices=[('', 'not by period'), ('quarter', 'by quarter'), ('month', 'by month'), ('year', 'by year')], max_length=10, verbose_name='by period')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('target', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='breakdown', to='plans.target')),
                ('updated_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'breakdown of a target',
                'verbose_name_plural': 'breakdowns of targets',
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('decision', 'Revised by a decision'), ('correction', 'Correction of what was entered wrongly')], default='decision', max_length=10, verbose_name='kind')),
                ('decision', models.CharField(blank=True, max_length=50, verbose_name='number of the decision')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='date of the decision')),
                ('reason', models.TextField(verbose_name='reason')),
                ('old_words', models.TextField()),
                ('new_words', models.TextField()),
                ('old_comparator', models.CharField(max_length=10)),
                ('new_comparator', models.CharField(max_length=10)),
                ('old_number', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('new_number', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('old_number_max', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('new_number_max', models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ('old_deadline', models.DateField(null=True)),
                ('new_deadline', models.DateField(null=True)),
                ('entered_at', models.DateTimeField(auto_now_add=True)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='plans.target')),
            ],
            options={
                'verbose_name': 'revision of a target',
                'verbose_name_plural': 'revisions of targets',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(blank=True, help_text='Such as 2023-Q1', max_length=10, verbose_name='period')),
                ('number', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='number')),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='commune')),
                ('breakdown', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='plans.breakdown')),
            ],
            options={
                'verbose_name': 'share of a target',
                'verbose_name_plural': 'shares of targets',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='breakdown',
            constraint=models.CheckConstraint(condition=models.Q(('by_area', True), models.Q(('span', ''), _negated=True), _connector='OR'), name='breakdown_divides'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'correction'), models.Q(models.Q(('decision', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='revision_names_its_decision'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'correction'), _negated=True), ('decided_on__isnull', True), _connector='OR'), name='revision_correction_undated'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='revision_says_why'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.UniqueConstraint(fields=('breakdown', 'area', 'period'), name='share_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('area__isnull', False), models.Q(('period', ''), _negated=True), _connector='OR'), name='share_of_something'),
        ),
        migrations.AddConstraint(
            model_name='share',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 0)), name='share_not_negative'),
        ),
        migrations.RunSQL(PUBLISHED_SO_FAR, migrations.RunSQL.noop),
        migrations.RunSQL(REVISION, UNDO_REVISION),
        migrations.RunSQL(PROMISE, UNDO_PROMISE),
    ]
